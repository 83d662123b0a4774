import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { file_bytes_max, file_errors } from './file_words.ts';
import { event_kinds_in, file_fact_names, piece_errors, playback_stat_names } from './playback_module.ts';

// The tests run in build/web-test.
const header = readFileSync(join(process.cwd(), '../..', 'core/client/playback.h'), 'utf8');

test('the numbers of a playback have the order of the header', () => {
  const struct = header.slice(header.indexOf('struct Stats'), header.indexOf('stats() const'));
  const there = [...struct.matchAll(/^ {8}double (\w+) = /gm)].map(([, name]) => name);
  assert.deepEqual([...playback_stat_names], there);
});

test('the facts of a file have the order of the header', () => {
  const struct = header.slice(header.indexOf('struct FileFacts'), header.indexOf('open_file('));
  const there = [...struct.matchAll(/^ {8}double (\w+) = /gm)].map(([, name]) => name);
  assert.deepEqual([...file_fact_names], there);
});

/** Of an enum of the header. */
function numbers_of(name: string): [string, number][] {
  const begin = header.indexOf(`enum class ${name} `);
  const body = header.slice(begin, header.indexOf('};', begin));
  return [...body.matchAll(/^ {4}(\w+) = (\d),/gm)].map(([, word = '', number]) => [word, Number(number)]);
}

test('what may be wrong with pieces and files has the numbers of the header', () => {
  const numbered = (names: readonly string[]) => names.map((name, number) => [name, number]);
  assert.deepEqual(numbered(piece_errors), numbers_of('PieceError'));
  assert.deepEqual(numbered(file_errors), numbers_of('FileError'));
});

test('files have the limit of the header', () => {
  const [, mib] = header.match(/file_bytes_max = std::size_t\{(\d+)\} \* 1024 \* 1024/) ?? [];
  assert.equal(file_bytes_max, Number(mib) * 1024 * 1024);
});

test('reads what events mean', () => {
  assert.deepEqual(event_kinds_in('hit\tp\t09\t\t\nscored\tc\t13\t{seat} scores\t{value}\n'), [
    { name: 'hit', when: 'predicted', sound: 9, feed: '', announcement: '' },
    { name: 'scored', when: 'confirmed', sound: 13, feed: '{seat} scores', announcement: '{value}' },
  ]);
  assert.deepEqual(event_kinds_in(''), []);
});
