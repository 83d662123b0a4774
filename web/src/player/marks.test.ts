import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventKind, TimelineEvent } from '../worker/messages.ts';
import { EventList, marks_of } from './marks.ts';

const kind = (feed: string, announcement: string): EventKind => ({
  name: 'x',
  when: 'confirmed',
  sound: 0,
  feed,
  announcement,
});
const kinds = [kind('{seat} railed {other}', ''), kind('', '{value}'), kind('', '{seat} wins'), kind('', '')];
const event = (tick: number, of = 0, seat = 1): TimelineEvent => ({
  tick,
  kind: of,
  seat,
  other: null,
  value: 0,
});

test('keeps what people talk about, each once, in the order of ticks', () => {
  const list = new EventList();
  assert.equal(list.add([event(30), event(10, 2), event(20, 1), event(25, 3), event(26, 9)], kinds), true);
  assert.equal(list.add([event(30)], kinds), false);
  assert.equal(list.add([event(30, 0, 2)], kinds), true);
  assert.deepEqual(
    list.all.map(({ tick, seat }) => [tick, seat]),
    [
      [10, 1],
      [30, 1],
      [30, 2],
    ],
  );
  list.clear();
  assert.equal(list.add([event(30)], kinds), true);
});

test('finds the event before and after, beyond a second', () => {
  const list = new EventList();
  list.add([event(100), event(300), event(900)], kinds);
  assert.equal(list.beside(310, 1, 60)?.tick, 900);
  assert.equal(list.beside(310, -1, 60)?.tick, 100);
  assert.equal(list.beside(900, 1, 60), null);
  assert.equal(list.beside(100, -1, 60), null);
});

test('events that are close are one mark', () => {
  const marks = marks_of([event(0), event(5), event(9), event(12), event(40)], 10);
  assert.deepEqual(
    marks.map(({ tick, until, events }) => [tick, until, events.length]),
    [
      [0, 9, 3],
      [12, 12, 1],
      [40, 40, 1],
    ],
  );
});
