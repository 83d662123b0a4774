import assert from 'node:assert/strict';
import { test } from 'node:test';
import { link_to } from './replay_link.ts';

test('a link opens at a moment, and takes the invite with it', () => {
  assert.equal(link_to('https://a.example', 'm4tch', null, 83), 'https://a.example/replays/m4tch?t=83');
  assert.equal(
    link_to('https://a.example', 'm4tch', 'x&y', 0),
    'https://a.example/replays/m4tch?invite=x%26y&t=0',
  );
});
