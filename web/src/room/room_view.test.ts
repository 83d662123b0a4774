import assert from 'node:assert/strict';
import test from 'node:test';
import type { Entered, Room, RoomRole } from '../worker/messages.ts';
import { after_connection, after_news, first_view, people_in_order, type RoomView } from './room_view.ts';

const room: Room = {
  id: 'abcdefghijkl',
  name: 'The Plaza',
  game: 'plaza',
  phase: 'playing',
  match_id: 'm',
  tick: 1,
  players: 2,
  seats: 200,
  spectators: 1,
  viewers: 3,
  public: true,
  public_delay_s: 10,
  locked: false,
};

function entered(role: RoomRole, seat: number | null): Entered {
  return {
    type: 'entered',
    role,
    seat,
    host: false,
    resume: null,
    room,
    match: {
      id: 'm',
      epoch: 0,
      tick_rate_hz: 60,
      ticks_per_send: 2,
      seats_min: 1,
      lifecycle: 'endless',
      computers: false,
      event_kinds: [],
      statistics: [],
      seats_max: 200,
      game: 'plaza',
      module: { url: '/assets/plaza-1.wasm' },
      rules_version: 1,
    },
    roster: [
      { seat: 0, name: 'Ada', connected: true, host: true },
      { seat: 7, name: 'Moss', connected: true, host: false },
    ],
  };
}

function playing(): RoomView {
  return after_news(first_view('player', 'connecting'), entered('player', 7));
}

test('who pressed Play plays as soon as the seat is there', () => {
  const view = playing();
  assert.equal(view.state, 'playing');
  assert.equal(view.seat, 7);
});

test('who has not pressed Play sees the room behind the question', () => {
  const asked = after_news(first_view('player', 'asking'), entered('spectator', null));
  assert.equal(asked.state, 'asking');
  assert.equal(asked.roster.size, 2);
});

test('a preview that is refused leaves the question, unless the room is gone', () => {
  const asking = first_view('player', 'asking');
  assert.equal(after_news(asking, { type: 'refused', reason: 'full', words: '' }).state, 'asking');
  assert.equal(after_news(asking, { type: 'refused', reason: 'gone', words: '' }).state, 'gone');
});

test('every refusal and every farewell has a card of its own', () => {
  const connecting = first_view('player', 'connecting');
  const refused = (reason: 'full' | 'locked' | 'gone' | 'kicked' | 'ticket' | 'elsewhere' | 'too_many') =>
    after_news(connecting, { type: 'refused', reason, words: 'why' });
  assert.equal(refused('locked').state, 'locked');
  assert.equal(refused('ticket').state, 'refused');
  assert.equal(refused('ticket').words, 'why');
  const left = (reason: 'kicked' | 'closed' | 'taken_elsewhere' | 'own') =>
    after_news(playing(), { type: 'left', reason, words: '' });
  assert.equal(left('taken_elsewhere').state, 'elsewhere');
  assert.equal(left('own').seat, null);
});

test('a lost connection holds the seat, and the next hello brings it back', () => {
  const lost = after_connection(playing(), 'reconnecting');
  assert.equal(lost.state, 'reconnecting');
  assert.equal(lost.before, 'playing');
  assert.equal(after_connection(lost, 'lobby').state, 'reconnecting');
  assert.equal(after_news(lost, entered('player', 7)).state, 'playing');
});

test('a lost connection changes nothing for who is out already', () => {
  const kicked = after_news(playing(), { type: 'left', reason: 'kicked', words: '' });
  assert.equal(after_connection(kicked, 'reconnecting').state, 'kicked');
  assert.equal(after_connection(kicked, 'closed').state, 'kicked');
});

test('a roster change moves people in and out and hands the host over', () => {
  const view = after_news(playing(), {
    type: 'roster',
    changes: [
      { seat: 0, name: 'Ada', connected: false, host: false, left: true },
      { seat: 7, name: 'Moss', connected: true, host: true },
      { seat: 3, name: 'Kit', connected: false, host: false },
    ],
  });
  assert.equal(view.is_host, true);
  assert.deepEqual(
    people_in_order(view).map(({ name }) => name),
    ['Moss', 'Kit'],
  );
});

test('a result stays until the next match begins', () => {
  const result = { match: 'm', winner: 7, lines: [] };
  const over = after_news(playing(), { type: 'result', result, next_in_s: 15 });
  assert.equal(over.result?.result, result);
  const wanted = after_news(over, { type: 'rematch', wanted: 1, of: 2 });
  assert.equal(wanted.rematch?.wanted, 1);
  assert.equal(wanted.result?.result, result);
  const { match } = entered('player', 7);
  const next = after_news(wanted, { type: 'match', match: { ...match, id: 'm2' } });
  assert.deepEqual([next.match?.id, next.result, next.rematch], ['m2', null, null]);
});
