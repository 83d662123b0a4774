import assert from 'node:assert/strict';
import test from 'node:test';
import { choice_of_visit, no_stats } from './connection_client.ts';
import { signal_words } from './signal.ts';
import { ms_words, percent_words, rate_words } from './words.ts';

test('times keep about the same width', () => {
  assert.equal(ms_words(null), '–');
  assert.equal(ms_words(1.26), '1.3');
  assert.equal(ms_words(9.96), '10');
  assert.equal(ms_words(123.4), '123');
  assert.equal(percent_words(0), '0.0');
});

test('rates have a unit that fits', () => {
  assert.equal(rate_words(1_000_000, 1000), '8.0 Mbit/s');
  assert.equal(rate_words(1_000_000, 100), '80 Mbit/s');
  assert.equal(rate_words(1000, 1000), '8 kbit/s');
});

test('the signal says the state in words', () => {
  assert.equal(signal_words({ ...no_stats, state: 'reconnecting' }), 'Reconnecting…');
  assert.equal(
    signal_words({ ...no_stats, state: 'echo', transport: 'websocket', rtt_ms: 12.2 }),
    'WebSocket · 12 ms',
  );
});

test('a forced transport lasts for the visit until `auto` lets go', () => {
  assert.equal(choice_of_visit('?transport=websocket', null), 'websocket');
  assert.equal(choice_of_visit('', 'websocket'), 'websocket');
  assert.equal(choice_of_visit('?transport=auto', 'websocket'), 'auto');
  assert.equal(choice_of_visit('?transport=pigeon', 'webtransport'), 'auto');
});
