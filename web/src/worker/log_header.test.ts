import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileProblem } from './file_words.ts';
import { hash_of, read_log_header } from './log_header.ts';

const letters = (text: string) => [...new TextEncoder().encode(text)];

/** A file that has a header and nothing else; with a checksum that matches. */
function file_of(payload: number[], kind = 1): Uint8Array {
  const part = [kind, payload.length, 0, 0, 0, ...payload];
  const sum = new DataView(new ArrayBuffer(8));
  sum.setBigUint64(0, hash_of(Uint8Array.from(part)), true);
  return Uint8Array.from([...letters('GSMATCH2'), ...part, ...new Uint8Array(sum.buffer)]);
}

const numbers = [
  ...[3, 0], // rules
  60,
  ...[0x80, 0x56, 0x4b, 0x69, 0, 0, 0, 0],
  ...[0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01],
  ...[0xe8, 0x07], // the first tick
];
const pong = [4, ...letters('pong'), 3, ...letters('m4t')];
const whole = file_of([...pong, ...numbers]);

const problem_of = (file: Uint8Array) => {
  try {
    read_log_header(file);
  } catch (failure) {
    assert.ok(failure instanceof FileProblem, String(failure));
    return failure.message;
  }
  return null;
};

test('the hash is that of the server', () => {
  assert.equal(hash_of(new Uint8Array()), 0xcbf29ce484222325n);
  assert.equal(hash_of(Uint8Array.from(letters('a'))), 0xaf63dc4c8601ec8cn);
});

test('reads what has to be known before there is a module', () => {
  assert.deepEqual(read_log_header(whole), {
    game: 'pong',
    match: 'm4t',
    rules_version: 3,
    tick_rate_hz: 60,
    started_unix_s: 0x694b5680,
    module_hash: '0123456789abcdef',
  });
  const unknown = [...pong, ...numbers.with(11, 0).fill(0, 11, 19)];
  assert.equal(read_log_header(file_of(unknown)).module_hash, null);
});

test('every cut is told', () => {
  for (let bytes = 0; bytes < whole.length; bytes += 1) {
    const words = problem_of(whole.slice(0, bytes));
    assert.match(words ?? '', bytes < 8 ? /no file of a match/ : /not whole/, `${bytes}`);
  }
});

test('every flipped bit is told', () => {
  for (let at = 0; at < whole.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const flipped = whole.slice();
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
      assert.ok(problem_of(flipped), `byte ${at}, bit ${bit}`);
    }
  }
});

test('what is no header is told, although its checksum matches', () => {
  assert.match(problem_of(file_of([...pong, ...numbers], 3)) ?? '', /put together wrongly/);
  assert.match(problem_of(file_of([200, ...letters('pong')])) ?? '', /put together wrongly/);
  assert.match(problem_of(file_of([2, ...letters('<b'), 1, 65, ...numbers])) ?? '', /put together wrongly/);
  assert.match(problem_of(file_of([...pong, 1, 0])) ?? '', /put together wrongly/);
});
