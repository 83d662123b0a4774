import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlaybackState } from '../worker/messages.ts';
import {
  behind_words,
  class_words,
  is_at_end,
  moment_at,
  other_speed,
  share_of,
  state_sentence,
} from './player_words.ts';
import { time_words } from './time_words.ts';

const state: PlaybackState = {
  match: 'm',
  view: 'delayed',
  tick_rate_hz: 60,
  first: 600,
  end: 6600,
  shown: 3600,
  speed: 1,
  is_live: false,
  is_waiting: false,
  is_over: false,
  delay_ms: 62_000,
  delay_s: 10,
  followed: null,
  zoom: 1,
  failure: null,
};

test('times as on a clock', () => {
  assert.deepEqual([0, 61.9, 3661, -3].map(time_words), ['0:00', '1:01', '1:01:01', '0:00']);
});

test('says how late it is', () => {
  assert.deepEqual([80, 1400, 10_400, 99_000, 125_000].map(behind_words), [
    'live',
    'live',
    '10 s behind',
    '99 s behind',
    '2:05 behind',
  ]);
});

test('says what kind of picture it is', () => {
  const live = { ...state, is_live: true };
  assert.deepEqual([state, live, { ...live, view: 'live' as const }].map(class_words), [
    '62 s behind',
    '10 s delay',
    'live',
  ]);
});

test('a share of the width is a moment, and back', () => {
  assert.equal(share_of(state, 3600), 0.5);
  assert.equal(moment_at(state, 0.25), 2100);
  assert.equal(moment_at(state, 7), 6600);
  assert.equal(share_of({ ...state, end: 600 }, 600), 1);
});

test('only a replay has come to its end', () => {
  const at_end = { ...state, shown: 6600, is_over: true };
  assert.equal(is_at_end(at_end), false);
  assert.equal(is_at_end({ ...at_end, view: 'replay' }), true);
  assert.equal(is_at_end({ ...at_end, view: 'replay', shown: 6599.5 }), false);
  assert.equal(is_at_end({ ...at_end, view: 'replay', shown: null }), false);
});

test('goes through the speeds, and stays at their ends', () => {
  assert.equal(other_speed(1, 1), 2);
  assert.equal(other_speed(4, 1), 4);
  assert.equal(other_speed(0.25, -1), 0.25);
  assert.equal(other_speed(3, -1), 0.5);
});

test('one sentence says it all', () => {
  assert.equal(state_sentence(state), '0:50 of 1:40, at 1×');
  assert.equal(state_sentence({ ...state, speed: 0 }), '0:50 of 1:40, paused');
  assert.equal(
    state_sentence({ ...state, is_live: true, delay_ms: 12_000 }),
    '0:50 of 1:40, with the newest, 12 s behind',
  );
  assert.equal(state_sentence({ ...state, shown: null }), 'Waiting for the first picture');
});
