// The WebAssembly of every game plays the golden runs of tests/golden/GAME.txt to the same hashes as the
// native tests do, and the module that browsers load imports nothing and has nothing that only tests need.
// Reads what `./gs build wasm` made.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const here = new URL('.', import.meta.url);
const games = readdirSync(here)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => name.slice(0, -'.txt'.length));

function goldenRuns(game) {
  return readFileSync(new URL(`${game}.txt`, here), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/))
    .map(([seed, ticks, hash]) => ({ seed: Number(seed), ticks: Number(ticks), hash }));
}

/** `folder`: games has what browsers load, golden the same with an export for this test. */
function moduleOf(game, folder = 'games') {
  return new WebAssembly.Module(readFileSync(new URL(`../../build/wasm/${folder}/${game}.wasm`, here)));
}

test('there are games to compare', () => assert.ok(games.length >= 1));

for (const game of games) {
  test(`${game}.wasm imports nothing`, () => {
    assert.deepEqual(WebAssembly.Module.imports(moduleOf(game)), []);
  });

  test(`${game}.wasm has the exports of core/client/exports.h and no others`, () => {
    const declared = readFileSync(new URL('../../core/client/exports.h', here), 'utf8');
    const wanted = [...declared.matchAll(/^GS_EXPORT\("(\w+)"\)/gm)].map(([, name]) => name);
    const found = WebAssembly.Module.exports(moduleOf(game)).map(({ name }) => name);
    assert.deepEqual(found.sort(), ['_initialize', 'memory', ...wanted].sort());
  });

  test(`${game}.wasm gives back memory that it does not need any more`, () => {
    const { exports } = new WebAssembly.Instance(moduleOf(game));
    exports._initialize();
    exports.gs_scratch(1000);
    // Each is larger than the one before, which is free then: what is needed is a multiple of the last one.
    for (let bytes = 1000; bytes < 4_000_000; bytes += 1000) assert.notEqual(exports.gs_scratch(bytes), 0);
    assert.ok(exports.memory.buffer.byteLength < 32 * 1024 * 1024, `${exports.memory.buffer.byteLength}`);
  });

  test(`${game}.wasm plays the same game as the native build`, () => {
    const { exports } = new WebAssembly.Instance(moduleOf(game, 'golden'));
    exports._initialize();
    const runs = goldenRuns(game);
    assert.ok(runs.length >= 3);
    for (const { seed, ticks, hash } of runs) {
      const found = BigInt.asUintN(64, exports.gs_golden_run(seed, ticks));
      assert.equal(found.toString(16).padStart(16, '0'), hash, `seed ${seed}, ${ticks} ticks`);
    }
  });
}
