// When to dial again (backoff) and what to dial (preference).
import assert from 'node:assert/strict';
import test from 'node:test';
import { Backoff } from './backoff.ts';
import { after_failure, may_try_webtransport, parse_remembered } from './preference.ts';
import { close_info_of, websocket_code_of } from './websocket_session.ts';

test('waits double up to a limit and start again after a reset', () => {
  const backoff = new Backoff();
  const waits = Array.from({ length: 8 }, () => backoff.next_ms(0.999999));
  assert.deepEqual(waits.map(Math.round), [400, 800, 1600, 3200, 6400, 12800, 15000, 15000]);
  backoff.reset();
  assert.equal(backoff.next_ms(0), 200);
});

test('jitter takes at most half of a wait', () => {
  assert.equal(new Backoff().next_ms(0), 200);
  assert.equal(new Backoff().next_ms(0.5), 300);
});

test('WebTransport is left alone for a while after it failed, longer each time, not for ever', () => {
  const minute_ms = 60_000;
  const first = after_failure(null, 0);
  assert.equal(may_try_webtransport(null, 0), true);
  assert.equal(may_try_webtransport(first, 9 * minute_ms), false);
  assert.equal(may_try_webtransport(first, 10 * minute_ms), true);
  const second = after_failure(first, 0);
  assert.equal(may_try_webtransport(second, 19 * minute_ms), false);
  assert.equal(may_try_webtransport(second, 20 * minute_ms), true);
  let many = second;
  for (let i = 0; i < 50; i += 1) many = after_failure(many, 0);
  assert.equal(may_try_webtransport(many, 6 * 60 * minute_ms), true);
});

test('a clock that was set back does not keep WebTransport away', () => {
  assert.equal(may_try_webtransport(after_failure(null, 1e12), 5), true);
});

test('stored preferences are read back, garbage is not', () => {
  const remembered = after_failure(null, 123);
  assert.deepEqual(parse_remembered(JSON.stringify(remembered)), remembered);
  for (const text of [null, '', '{', '7', '{"failures":-1,"failed_at_ms":1}', '{"failures":1}']) {
    assert.equal(parse_remembered(text), null);
  }
});

test('WebSocket close codes carry ours and come back the same', () => {
  for (const code of [0, 1, 7, 999]) {
    const info = close_info_of({ code: websocket_code_of(code), reason: 'why' });
    assert.deepEqual(info, { by: 'peer', code, reason: 'why' });
  }
  assert.equal(close_info_of({ code: 1006, reason: '' }).by, 'error');
  assert.equal(close_info_of({ code: 5000, reason: '' }).by, 'error');
});
