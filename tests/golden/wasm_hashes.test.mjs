// The WebAssembly module of every game plays the golden runs of tests/golden/GAME.txt to the same hashes as
// the native tests do, and imports nothing. Reads what `./gs build wasm` made.

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

function moduleOf(game) {
  return new WebAssembly.Module(readFileSync(new URL(`../../build/wasm/games/${game}.wasm`, here)));
}

test('there are games to compare', () => assert.ok(games.length >= 1));

for (const game of games) {
  test(`${game}.wasm imports nothing`, () => {
    assert.deepEqual(WebAssembly.Module.imports(moduleOf(game)), []);
  });

  test(`${game}.wasm plays the same game as the native build`, () => {
    const { exports } = new WebAssembly.Instance(moduleOf(game));
    exports._initialize();
    const runs = goldenRuns(game);
    assert.ok(runs.length >= 3);
    for (const { seed, ticks, hash } of runs) {
      const found = BigInt.asUintN(64, exports.gs_golden_run(seed, ticks));
      assert.equal(found.toString(16).padStart(16, '0'), hash, `seed ${seed}, ${ticks} ticks`);
    }
  });
}
