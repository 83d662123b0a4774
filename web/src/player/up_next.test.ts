import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Room } from '../worker/messages.ts';
import { best_other } from './up_next.ts';

const room = (id: string, viewers: number, more: Partial<Room> = {}): Room => ({
  id,
  name: id,
  game: 'arena',
  phase: 'playing',
  match_id: 'm',
  tick: 1,
  players: 2,
  seats: 8,
  spectators: 0,
  viewers,
  public: true,
  public_delay_s: 10,
  locked: false,
  ...more,
});

test('the best other match is one that is played, and that people watch', () => {
  const rooms = [room('here', 90), room('waits', 50, { phase: 'waiting' }), room('a', 4), room('b', 9)];
  assert.equal(best_other(rooms, 'here', 'arena')?.id, 'b');
  assert.equal(best_other([room('here', 90)], 'here', 'arena'), null);
  assert.equal(best_other([room('empty', 3, { players: 0 })], 'here', 'arena'), null);
});

test('of two alike the one of the same game', () => {
  const rooms = [room('other', 4, { game: 'pong' }), room('same', 4)];
  assert.equal(best_other(rooms, 'here', 'arena')?.id, 'same');
});
