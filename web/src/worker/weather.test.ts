import assert from 'node:assert/strict';
import test from 'node:test';
import type { TransportKind } from '../transport/session.ts';
import type { Weather } from './messages.ts';
import { calm, type Lane, Line } from './weather.ts';

/** `dice` are used one after the other, then the last again and again. */
function setup(kind: TransportKind, weather: Partial<Weather>, dice: number[] = [0.5]) {
  let now_ms = 1000;
  const waiting: { at_ms: number; work: () => void }[] = [];
  const arrived: [string, number][] = [];
  const line = new Line({
    now_ms: () => now_ms,
    after: (ms, work) => waiting.push({ at_ms: now_ms + ms, work }),
    random: () => (dice.length > 1 ? (dice.shift() ?? 0) : (dice[0] ?? 0)),
  });
  line.restart(kind);
  line.weather = { ...calm, ...weather };
  const send = (name: string, lane: Lane = 'datagram') =>
    line.pass(lane, () => arrived.push([name, now_ms - 1000]));
  const wait = (ms: number) => {
    const until_ms = now_ms + ms;
    waiting.sort((one, other) => one.at_ms - other.at_ms);
    for (let next = waiting[0]; next && next.at_ms <= until_ms; next = waiting[0]) {
      waiting.shift();
      now_ms = next.at_ms;
      next.work();
    }
    now_ms = until_ms;
  };
  return { line, send, wait, arrived };
}

test('in calm weather everything is there at once', () => {
  const { send, arrived } = setup('webtransport', {});
  for (const lane of ['datagram', 'message', 'transfer'] as const) send(lane, lane);
  assert.deepEqual(
    arrived.map(([name]) => name),
    ['datagram', 'message', 'transfer'],
  );
});

test('a datagram is late by the latency and a share of the jitter, and may overtake', () => {
  const { send, wait, arrived } = setup('webtransport', { latency_ms: 50, jitter_ms: 20 }, [0.9, 0.1]);
  send('first');
  send('second');
  wait(100);
  assert.deepEqual(arrived, [
    ['second', 52],
    ['first', 68],
  ]);
});

test('a lost datagram never comes', () => {
  const { send, wait, arrived } = setup('webtransport', { loss_percent: 5 }, [0.04, 0.06]);
  send('lost');
  send('kept');
  wait(10_000);
  assert.deepEqual(arrived, [['kept', 0]]);
});

test('a doubled datagram comes twice, each in its time', () => {
  const { send, wait, arrived } = setup(
    'webtransport',
    { latency_ms: 10, jitter_ms: 10, duplicate_percent: 10 },
    [0.5, 0.05, 0.9],
  );
  send('twice');
  wait(100);
  assert.deepEqual(arrived, [
    ['twice', 15],
    ['twice', 19],
  ]);
});

test('messages keep their order, and a loss holds up what follows', () => {
  const { send, wait, arrived } = setup('webtransport', { latency_ms: 50, loss_percent: 10 }, [0.05, 0.5]);
  send('stalled', 'message');
  send('behind it', 'message');
  send('beside it', 'transfer');
  wait(1000);
  assert.deepEqual(arrived, [
    ['beside it', 50],
    ['stalled', 250],
    ['behind it', 250],
  ]);
});

test('on a WebSocket a loss is a stall of everything, and nothing is doubled', () => {
  const { send, wait, arrived } = setup(
    'websocket',
    { latency_ms: 150, loss_percent: 10, duplicate_percent: 100 },
    [0.05, 0.5],
  );
  send('stalled');
  send('behind it');
  send('message', 'message');
  wait(1000);
  assert.deepEqual(arrived, [
    ['stalled', 450],
    ['behind it', 450],
    ['message', 450],
  ]);
});

test('what is under way ends with its connection', () => {
  const { line, send, wait, arrived } = setup('websocket', { latency_ms: 50 });
  send('of the old one');
  line.restart('webtransport');
  wait(1000);
  assert.deepEqual(arrived, []);
});
