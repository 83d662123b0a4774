import assert from 'node:assert/strict';
import test from 'node:test';
import type { MatchFacts, Standing } from '../worker/messages.ts';
import {
  clock_words,
  line_of,
  lobby_words,
  next_words,
  pieces_of,
  score_entries,
  score_sentence,
  statistic_words,
} from './hud_words.ts';

const names = ['Ada', 'Bo', 'Cy'];
const name_of = (seat: number | null) => (seat === null ? 'Somebody' : (names[seat] ?? 'Somebody'));
const seats = (...scores: (number | null)[]): Standing['seats'] =>
  scores.map((score) => ({ who: score === null ? 'free' : 'person', score: score ?? 0 }));
const standing = (change: Partial<Standing> = {}): Standing => ({
  phase: 'playing',
  ticks_left: 0,
  winner: null,
  seats: seats(2, 3),
  ...change,
});

test('a line has names and numbers where its template says', () => {
  const pieces = pieces_of(
    '{seat} beats {other} with 5 to {value}',
    { seat: 0, other: 1, value: 3 },
    name_of,
  );
  assert.equal(line_of(pieces), 'Ada beats Bo with 5 to 3');
  assert.deepEqual(
    pieces.filter(({ seat }) => seat !== null),
    [
      { words: 'Ada', seat: 0 },
      { words: 'Bo', seat: 1 },
    ],
  );
  assert.equal(
    line_of(pieces_of('{what} {seat}', { seat: null, other: null, value: 0 }, name_of)),
    '{what} Somebody',
  );
});

test('two face each other in the order of their seats, more are ranked', () => {
  const order = (of: Standing) => score_entries(of, 1, name_of).map(({ name }) => name);
  assert.deepEqual(order(standing()), ['Ada', 'Bo']);
  assert.deepEqual(order(standing({ seats: seats(1, 3, 2) })), ['Bo', 'Cy', 'Ada']);
  assert.deepEqual(order(standing({ seats: seats(1, null, 2) })), ['Cy', 'Ada']);
});

test('one who is alone ahead leads, and nobody leads a tie or an empty field', () => {
  const leads = (of: Standing) => score_entries(of, null, name_of).map((entry) => entry.leads);
  assert.deepEqual(leads(standing()), [false, true]);
  assert.deepEqual(leads(standing({ seats: seats(2, 2) })), [false, false]);
  assert.deepEqual(leads(standing({ seats: seats(2, null) })), [false]);
  assert.deepEqual(leads(standing({ seats: seats(null, null) })), []);
});

test('the score line is one sentence, too', () => {
  const entries = score_entries(standing(), 0, name_of);
  assert.equal(score_sentence(entries, '1:05'), 'Ada 2, Bo 3. Bo leads. 1:05');
  assert.equal(score_sentence([], 'Waiting'), 'Waiting');
});

test('the clock says what the phase is, in whole seconds that are left', () => {
  assert.equal(clock_words(standing({ ticks_left: 3 * 60 * 60 + 1 }), 60), '3:01');
  assert.equal(clock_words(standing(), 60), '');
  assert.equal(clock_words(standing({ phase: 'countdown', ticks_left: 121 }), 60), 'Starts in 3');
  assert.equal(clock_words(standing({ phase: 'waiting' }), 60), 'Waiting');
});

test('who waits is told what for, and only who may is offered to change it', () => {
  const match = { seats_min: 2, computers: true } as MatchFacts;
  const alone = standing({ phase: 'waiting', seats: seats(0, null) });
  const full = standing({ phase: 'waiting' });
  const host = { is_host: true, plays: true, host: 'Ada' };
  const guest = { is_host: false, plays: true, host: 'Ada' };
  assert.deepEqual(lobby_words(alone, match, host), {
    title: 'Waiting for players',
    hint: 'It takes one more to play, or a computer.',
    can_start: false,
    can_fill: true,
  });
  assert.equal(lobby_words(full, match, host).can_start, true);
  assert.equal(lobby_words(full, match, host).can_fill, false);
  assert.equal(lobby_words(full, match, guest).hint, 'Ada starts the match.');
  assert.equal(lobby_words(alone, match, guest).can_fill, false);
  assert.equal(lobby_words(alone, match, { ...guest, host: null }).can_fill, true);
  assert.equal(lobby_words(alone, { ...match, computers: false }, host).can_fill, false);
  assert.equal(lobby_words(alone, match, { ...guest, plays: false, host: null }).can_fill, false);
});

test('numbers of a result have their unit', () => {
  assert.equal(statistic_words('share', 80), '80 %');
  assert.equal(statistic_words('sum', 4), '4');
  assert.equal(next_words(12), 'Next match in 12 s');
  assert.equal(next_words(0), 'The next match begins');
});
