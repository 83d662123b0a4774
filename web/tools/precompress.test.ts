import assert from 'node:assert/strict';
import test from 'node:test';
import { is_worth_compressing } from './precompress.ts';

test('only text of some size is compressed', () => {
  assert.equal(is_worth_compressing('main-1.js', 5000), true);
  assert.equal(is_worth_compressing('main-1.js', 200), false);
  assert.equal(is_worth_compressing('font.woff2', 50_000), false);
  assert.equal(is_worth_compressing('main-1.js.br', 5000), false);
});
