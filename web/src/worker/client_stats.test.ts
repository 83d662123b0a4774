import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { stat_names } from './client_stats.ts';
import { abi_version } from './game_module.ts';

// The tests run in build/web-test.
const header_of = (path: string) => readFileSync(join(process.cwd(), '../..', path), 'utf8');

test('the numbers have the order of the header', () => {
  const there = [...header_of('core/client/stats.h').matchAll(/^ {4}double (\w+) = /gm)].map(
    ([, name]) => name,
  );
  assert.deepEqual([...stat_names], there);
});

test('the page speaks the interface of the modules', () => {
  assert.match(header_of('core/client/exports.h'), new RegExp(`abi_version = ${abi_version};`));
});
