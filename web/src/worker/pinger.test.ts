import assert from 'node:assert/strict';
import test from 'node:test';
import { Pinger, ping_frames } from './pinger.ts';
import { RateMeter } from './rate_meter.ts';

test('the round trip of a ping is the time until it is back', () => {
  const pinger = new Pinger();
  const ping = pinger.next(100);
  assert.equal(pinger.take(ping, 130), true);
  assert.equal(pinger.rtt_ms, 30);
  assert.deepEqual(pinger.collect(), [{ sent_ms: 100, rtt_ms: 30 }]);
  assert.deepEqual(pinger.collect(), []);
});

test('a second copy changes nothing', () => {
  const pinger = new Pinger();
  const ping = pinger.next(0);
  pinger.take(ping, 10);
  assert.equal(pinger.take(ping, 500), true);
  assert.equal(pinger.rtt_ms, 10);
  assert.equal(pinger.collect().length, 1);
});

test('what is not a ping of ours is left to others', () => {
  const pinger = new Pinger();
  assert.equal(pinger.take(new Uint8Array(8), 0), false);
  assert.equal(pinger.take(new Uint8Array(3), 0), false);
});

test('rooms answer a ping with a pong that has it inside', () => {
  const pinger = new Pinger();
  const sent = ping_frames.rooms.wrap(pinger.next(100));
  assert.equal(sent[0], 3);
  const pong = Uint8Array.of(4, ...sent.subarray(1), 0x85, 0x01);
  const ping = ping_frames.rooms.unwrap(pong);
  assert.ok(ping && pinger.take(ping, 130));
  assert.equal(pinger.rtt_ms, 30);
  assert.equal(ping_frames.rooms.unwrap(Uint8Array.of(1, ...sent.subarray(1))), null);
});

test('what does not come back in time is lost', () => {
  const pinger = new Pinger();
  const answered = pinger.next(0);
  pinger.next(0);
  pinger.take(answered, 20);
  pinger.expire(1999);
  assert.equal(pinger.lost, 0);
  pinger.expire(2000);
  assert.equal(pinger.lost, 1);
  assert.equal(pinger.loss_percent(), 50);
  assert.deepEqual(pinger.collect().at(-1), { sent_ms: 0, rtt_ms: null });
});

test('what was on its way when the connection ended is nobody’s loss', () => {
  const pinger = new Pinger();
  pinger.next(0);
  pinger.forget();
  pinger.expire(10_000);
  assert.equal(pinger.lost, 0);
});

test('jitter follows the change between round trips', () => {
  const pinger = new Pinger();
  for (const rtt_ms of [10, 26]) pinger.take(pinger.next(0), rtt_ms);
  assert.equal(pinger.jitter_ms, 1);
});

test('rates are bytes of the last second', () => {
  const meter = new RateMeter();
  const traffic = {
    bytes_sent: 0,
    bytes_received: 0,
    datagrams_sent: 0,
    datagrams_received: 0,
    datagrams_replaced: 0,
  };
  for (let now_ms = 0; now_ms <= 3000; now_ms += 50) {
    meter.turn(now_ms, { ...traffic, bytes_received: now_ms * 2, bytes_sent: now_ms });
  }
  assert.equal(meter.in_per_s, 2000);
  assert.equal(meter.out_per_s, 1000);
});
