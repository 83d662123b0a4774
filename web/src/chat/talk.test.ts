import assert from 'node:assert/strict';
import test from 'node:test';
import type { ChatMessage } from '../worker/messages.ts';
import { marks_for, Talk, unread_words, waits_ms } from './talk.ts';

function said(id: string, tick: number, author = 'somebody'): ChatMessage {
  return {
    id,
    channel: 'spectators',
    author: { id: author, name: 'Ada', seat: null },
    text: id,
    match: 'm',
    tick,
    said_unix_s: 0,
  };
}

const ids = (messages: ChatMessage[]) => messages.map(({ id }) => id).join(' ');
const newest = (tick: number | null) => ({ tick, is_newest: true });
const past = (tick: number) => ({ tick, is_newest: false });

test('a message that comes twice is there once', () => {
  const talk = new Talk();
  assert.equal(talk.add([said('a', 1), said('b', 2)], 0).length, 2);
  assert.equal(ids(talk.add([said('b', 2), said('c', 3)], 0)), 'c');
  assert.equal(ids(talk.shown(newest(9), 0)), 'a b c');
});

test('what the picture does not show yet waits for it, but not for ever', () => {
  const talk = new Talk();
  talk.add([said('seen', 100), said('goal', 220)], 0);
  assert.equal(ids(talk.shown(newest(150), 0)), 'seen');
  assert.equal(ids(talk.shown(newest(220), 1)), 'seen goal');
  assert.equal(ids(talk.shown(newest(150), waits_ms)), 'seen goal');
});

test('without a picture everything is shown', () => {
  const talk = new Talk();
  talk.add([said('a', 100)], 0);
  assert.equal(ids(talk.shown(newest(null), 0)), 'a');
});

test('an earlier moment has the messages up to it, in the order of ticks, however long ago they came', () => {
  const talk = new Talk();
  talk.add([said('third', 30), said('first', 10), said('fourth', 40)], 0);
  assert.equal(ids(talk.shown(past(35), 10 * waits_ms)), 'first third');
  assert.equal(talk.later(past(35), 10 * waits_ms), 1);
  assert.equal(ids(talk.shown(newest(50), 0)), 'third first fourth');
});

test('what oneself says is there at once', () => {
  const talk = new Talk();
  talk.set_own('me');
  talk.add([said('mine', 500, 'me'), said('theirs', 500)], 0);
  assert.equal(ids(talk.shown(newest(100), 0)), 'mine');
  assert.equal(ids(talk.shown(past(100), 0)), 'mine');
  assert.equal(ids(talk.shown(past(100), 60_000)), '');
});

test('what is fetched of a match stands before what came by itself', () => {
  const talk = new Talk();
  talk.add([said('now', 90)], 0);
  talk.add_before([said('long ago', 5), said('now', 90)]);
  assert.equal(ids(talk.shown(newest(99), 0)), 'long ago now');
  assert.equal(ids(talk.shown(past(10), 0)), 'long ago');
});

test('what is kept is bounded, and what was forgotten may come again', () => {
  const talk = new Talk();
  for (let number = 0; number < 2000; number += 1) talk.add([said(String(number), number)], 0);
  assert.equal(talk.shown(newest(5000), 0).length, 250);
  assert.equal(talk.add([said('0', 0)], 0).length, 1);
});

test('numbers stay small', () => {
  assert.equal(unread_words(7), '7');
  assert.equal(unread_words(100), '99+');
  assert.deepEqual([1, 4, 5000].map(marks_for), [1, 4, 12]);
});
