// The WebAssembly of every game plays the golden runs of tests/golden/GAME.txt to the same hashes as the
// native tests do, and the modules that browsers load import nothing and have nothing that only tests need.
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
function moduleOf(name, folder = 'games') {
  return new WebAssembly.Module(readFileSync(new URL(`../../build/wasm/${folder}/${name}.wasm`, here)));
}

function declaredIn(header) {
  const text = readFileSync(new URL(`../../core/client/${header}`, here), 'utf8');
  return [...text.matchAll(/^GS_EXPORT\("(\w+)"\)/gm)].map(([, name]) => name);
}

const exportsOf = (name) => WebAssembly.Module.exports(moduleOf(name)).map(({ name }) => name);

test('there are games to compare', () => assert.ok(games.length >= 1));

for (const game of games) {
  test(`${game}.wasm and ${game}.play.wasm import nothing`, () => {
    assert.deepEqual(WebAssembly.Module.imports(moduleOf(game)), []);
    assert.deepEqual(WebAssembly.Module.imports(moduleOf(`${game}.play`)), []);
  });

  test(`${game}.wasm has the exports of core/client and no others, ${game}.play.wasm those of exports.h`, () => {
    const plays = ['_initialize', 'memory', ...declaredIn('exports.h')];
    const watches = declaredIn('playback_exports.h');
    assert.ok(watches.length > 0);
    assert.deepEqual(exportsOf(`${game}.play`).sort(), plays.toSorted());
    assert.deepEqual(exportsOf(game).sort(), [...plays, ...watches].sort());
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
