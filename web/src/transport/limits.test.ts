import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import * as limits from './limits.ts';
import { close_codes } from './session.ts';

// The tests run in build/web-test.
const header_of = (path: string) => readFileSync(join(process.cwd(), '../..', path), 'utf8');
const limits_header = header_of('core/wire/limits.h');
const codes_header = header_of('server/net/close_codes.h');

function number_in(header: string, name: string): number {
  const found = header.match(new RegExp(`constexpr std::\\w+ ${name} = ([0-9 *]+);`));
  assert.ok(found?.[1], `${name} is in the header`);
  return found[1].split('*').reduce((product, factor) => product * Number(factor), 1);
}

test('limits equal those of the server', () => {
  for (const [name, value] of Object.entries(limits)) {
    assert.equal(value, number_in(limits_header, name), name);
  }
});

test('close codes below 100 equal those of the server', () => {
  const shared = Object.entries(close_codes).filter(([, code]) => code < 100);
  for (const [name, code] of shared) assert.equal(code, number_in(codes_header, name), name);
  const codes_there = codes_header.match(/inline constexpr/g)?.length;
  assert.equal(shared.length, codes_there);
});
