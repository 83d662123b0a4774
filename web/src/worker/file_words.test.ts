import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  file_errors,
  file_words,
  unknown_game_words,
  unknown_version_words,
  untrue_words,
} from './file_words.ts';

test('what is wrong with a file is said where it is, and what to do', () => {
  assert.equal(
    file_words('altered', 12345),
    'The file is damaged: the part at byte 12,345 is not what was written. Download it again where it came from.',
  );
  assert.match(file_words('cut', 20), /ends in the middle of the part at byte 20\. Download it again/);
  assert.match(file_words('malformed', 7), /what is at byte 7 does not belong there/);
  assert.match(file_words('too_large', 0), /grandstand replay verify/);
});

test('every kind of damage has words of its own', () => {
  const words = file_errors.flatMap((error) => (error === 'none' ? [] : [file_words(error, 1)]));
  assert.equal(new Set(words).size, file_errors.length - 1);
  for (const each of words) assert.match(each, /^[A-Z].*\.$/);
});

test('a file that is not true is told with the time of the match', () => {
  assert.match(untrue_words(true, '1:23'), /^The file is not true: at 1:23 the match is in another state/);
  assert.match(
    untrue_words(false, '0:04'),
    /^The file is not true: what it has at 0:04 is nothing that can happen/,
  );
});

test('what this server does not have is named', () => {
  assert.match(unknown_game_words('chess'), /^This server does not have the game “chess”\./);
  assert.match(unknown_version_words('Pong'), /^Pong has changed since this match/);
});
