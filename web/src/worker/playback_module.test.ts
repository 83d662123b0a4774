import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { piece_errors, playback_stat_names } from './playback_module.ts';

// The tests run in build/web-test.
const header = readFileSync(join(process.cwd(), '../..', 'core/client/playback.h'), 'utf8');

test('the numbers of a playback have the order of the header', () => {
  const struct = header.slice(header.indexOf('struct Stats'), header.indexOf('stats() const'));
  const there = [...struct.matchAll(/^ {8}double (\w+) = /gm)].map(([, name]) => name);
  assert.deepEqual([...playback_stat_names], there);
});

test('what may be wrong with a piece has the numbers of the header', () => {
  const there = [...header.matchAll(/^ {4}(\w+) = (\d),/gm)].map(([, name, number]) => [
    name,
    Number(number),
  ]);
  assert.deepEqual(
    piece_errors.map((name, number) => [name, number]),
    there,
  );
});
