import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReleaseClock } from './release_clock.ts';

test('knows nothing before it was told', () => {
  assert.equal(new ReleaseClock(60).end(1000), null);
});

test('goes on at the rate of the match, from the best that it was told', () => {
  const clock = new ReleaseClock(60);
  clock.note(600, 1000);
  assert.equal(clock.end(2000), 660);
  // An answer that was late says less than is known.
  clock.note(610, 2000);
  assert.equal(clock.end(2000), 660);
  clock.note(675, 2000);
  assert.equal(clock.end(3000), 735);
});

test('goes back when something turns out not to be public yet', () => {
  const clock = new ReleaseClock(60);
  clock.note(600, 0);
  clock.note_not_yet(600 + 60, 1500);
  assert.equal(clock.end(1500), 659);
  clock.note_not_yet(5000, 1500);
  assert.equal(clock.end(1500), 659);
});
