import assert from 'node:assert/strict';
import test from 'node:test';
import { message_bytes_max } from '../transport/limits.ts';
import { message_sizes, pattern, same_bytes, text_pattern } from './echo_load.ts';

test('a load is cut into messages that fit', () => {
  assert.deepEqual(message_sizes(1024 * 1024), new Array(16).fill(message_bytes_max));
  assert.deepEqual(message_sizes(message_bytes_max + 10), [message_bytes_max, 10]);
});

test('text patterns are JSON of the asked size and differ by seed', () => {
  const text = text_pattern(500, 1);
  assert.equal(text.length, 500);
  assert.equal(typeof JSON.parse(text), 'string');
  assert.notEqual(text, text_pattern(500, 2));
});

test('a changed byte is noticed', () => {
  const left = pattern(1000, 3);
  const right = pattern(1000, 3);
  assert.equal(same_bytes(left, right), true);
  right[999] = (right[999] ?? 0) ^ 1;
  assert.equal(same_bytes(left, right), false);
});
