// The second half of `./gs bench netcode`: what tests/bench/netcode.cpp measured natively, in Chromium as
// WebAssembly. Adds its rows to build/bench/netcode.json.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launch } from '../../e2e/support/browsers.mjs';
import { publish } from '../report.mjs';

const build = fileURLToPath(new URL('../../../build/', import.meta.url));
const measured = JSON.parse(await readFile(`${build}bench/netcode.json`, 'utf8'));
const native = measured.filter(({ name }) => name.endsWith('native'));

/** Runs in the page: medians of interleaved rounds, in microseconds for twelve ticks. */
async function measure(module_base64) {
  const bytes = Uint8Array.from(atob(module_base64), (letter) => letter.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const { _initialize, gs_load_steps, gs_load_rollback, gs_load_is_same } = instance.exports;
  _initialize();
  let calls = 100;
  const time = (run) => {
    const began = performance.now();
    run(calls);
    return ((performance.now() - began) * 1000) / calls;
  };
  // A page's clock is coarse: long enough for a hundred of its steps.
  while (time(gs_load_steps) * calls < 10_000) calls *= 2;
  const steps = [];
  const rollbacks = [];
  for (let pair = 0; pair < 25; ++pair) {
    steps.push(time(gs_load_steps));
    rollbacks.push(time(gs_load_rollback));
  }
  // The first ones are before the code is optimized.
  const middle = (values) => values.slice(5).sort((a, b) => a - b)[10];
  return { steps: middle(steps), rollback: middle(rollbacks), same: gs_load_is_same() === 1 };
}

const browser = await launch('chromium');
const page = await browser.new_page();
const rows = [...native];
for (const { name, floor } of native) {
  const game = name.split(':')[0];
  const module = await readFile(`${build}wasm/golden/${game}.wasm`);
  const found = await page.evaluate(measure, module.toString('base64'));
  if (!found.same) throw new Error(`${game}: steps and rollback came to different states`);
  rows.push(
    {
      name: `${game}: 12 ticks made again, Chromium`,
      value: found.rollback,
      unit: 'us',
      floor: found.steps,
      note: 'floor: 12 steps there; the target is 1.3 of it',
    },
    {
      name: `${game}: 12 steps, Chromium`,
      value: found.steps,
      unit: 'us',
      floor,
      note: 'floor: 12 native steps; the target is 2 of it',
    },
  );
}
await browser.close();
await publish('netcode', rows, `${build}bench`);
