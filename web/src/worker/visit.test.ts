import assert from 'node:assert/strict';
import test from 'node:test';
import type { EnterWish, RoomNews } from './messages.ts';
import { TicketRefused, ticket_request } from './tickets.ts';
import { Visit } from './visit.ts';

const flush = () => new Promise((resolve) => setImmediate(resolve));

const wish_for = (room: string, more: Partial<EnterWish> = {}): EnterWish => ({
  room,
  role: 'player',
  resume: null,
  invite: null,
  ...more,
});

const entered = (room: string, more = {}) => ({
  type: 'entered',
  role: 'player',
  seat: 4,
  host: false,
  resume: `resume-${room}`,
  room: { id: room, viewers: 2, players: 1 },
  match: {
    id: 'm',
    epoch: 1,
    tick_rate_hz: 60,
    ticks_per_send: 2,
    seats_max: 200,
    game: 'plaza',
    module: { url: '/assets/plaza.wasm' },
    rules_version: 1,
  },
  roster: [{ seat: 4, name: 'Ada', connected: true, host: false }],
  ...more,
});

function setup() {
  const sent: Record<string, unknown>[] = [];
  const posted: RoomNews[] = [];
  const asked: (EnterWish | null)[] = [];
  const events: string[] = [];
  let tickets = 0;
  const links = {
    fails: null as Error | null,
    send: (message: object) => sent.push(message as Record<string, unknown>),
    fetch_ticket: async (wish: EnterWish | null) => {
      asked.push(wish);
      if (links.fails) throw links.fails;
      tickets += 1;
      return `t${tickets}`;
    },
    sleep: () => new Promise<void>((resolve) => setImmediate(resolve)),
    post: (news: RoomNews) => posted.push(news),
    on_entered: () => events.push('entered'),
    on_match: (place: { match: { id: string } }) => events.push(`match ${place.match.id}`),
    on_left: () => events.push('left'),
    on_names: (place: { names: Map<number, string> }) => events.push([...place.names.values()].join(',')),
  };
  const visit = new Visit(links as unknown as ConstructorParameters<typeof Visit>[0]);
  const hear = (message: object) => visit.on_message(JSON.stringify(message));
  return { visit, sent, posted, asked, events, links, hear };
}

test('another name is told to the room, once anything has been said', async () => {
  const { visit, sent } = setup();
  visit.rename('Ada');
  assert.deepEqual(sent, []);
  visit.on_opened();
  await new Promise((resolve) => setImmediate(resolve));
  visit.rename('Bo');
  assert.deepEqual(sent.at(-1), { type: 'rename', name: 'Bo' });
});

test('the first message of a session is hello with a ticket', async () => {
  const { visit, sent, hear } = setup();
  assert.equal(visit.state, 'arriving');
  visit.on_opened();
  await flush();
  assert.deepEqual(sent, [{ type: 'hello', ticket: 't1' }]);
  hear({ type: 'welcome', guest: { id: 'g', name: 'Ada' } });
  assert.equal(visit.state, 'lobby');
});

test('a room that was wished for before the session was there is entered by hello', async () => {
  const { visit, sent, asked, hear, events } = setup();
  visit.enter(wish_for('r1', { resume: 'old' }));
  visit.on_opened();
  await flush();
  assert.equal(asked[0]?.room, 'r1');
  assert.deepEqual(sent, [{ type: 'hello', ticket: 't1', resume: 'old' }]);
  hear(entered('r1'));
  assert.equal(visit.state, 'playing');
  assert.deepEqual(events, ['entered', 'Ada']);
});

test('another room is a message, and answers of the one before are not heard', async () => {
  const { visit, sent, hear, posted } = setup();
  visit.enter(wish_for('r1'));
  visit.on_opened();
  await flush();
  hear({ type: 'welcome', guest: {} });
  visit.enter(wish_for('r2'));
  hear(entered('r1'));
  hear({ type: 'refused', reason: 'full', words: 'full' });
  await flush();
  assert.deepEqual(sent.at(-1), { type: 'enter', ticket: 't2' });
  assert.equal(posted.length, 1);
  hear(entered('r2'));
  assert.equal(visit.place?.room.id, 'r2');
});

test('after a reconnect the room is entered again with the token of the seat', async () => {
  const { visit, sent, hear } = setup();
  visit.enter(wish_for('r1'));
  visit.on_opened();
  await flush();
  hear(entered('r1'));
  visit.on_closed();
  assert.equal(visit.state, 'returning');
  visit.on_opened();
  await flush();
  assert.deepEqual(sent.at(-1), { type: 'hello', ticket: 't2', resume: 'resume-r1' });
});

test('who leaves gives the seat back and is in the lobby', async () => {
  const { visit, sent, hear, events, posted } = setup();
  visit.enter(wish_for('r1'));
  visit.on_opened();
  await flush();
  hear({ type: 'welcome', guest: {} });
  hear(entered('r1'));
  visit.leave();
  assert.deepEqual(sent.at(-1), { type: 'leave' });
  assert.equal(events.at(-1), 'left');
  assert.equal(visit.state, 'lobby');
  // The answer does not disturb what is wished for meanwhile.
  visit.enter(wish_for('r2'));
  hear({ type: 'left', reason: 'own', words: '' });
  await flush();
  hear(entered('r2'));
  assert.equal(visit.state, 'playing');
  assert.equal(posted.filter(({ type }) => type === 'left').length, 0);
});

test('who was kicked does not come back by itself', async () => {
  const { visit, sent, hear } = setup();
  visit.enter(wish_for('r1'));
  visit.on_opened();
  await flush();
  hear(entered('r1'));
  hear({ type: 'left', reason: 'kicked', words: 'out' });
  visit.on_closed();
  visit.on_opened();
  await flush();
  assert.deepEqual(sent.at(-1), { type: 'hello', ticket: 't2' });
});

test('a ticket that was too late is shown anew, once', async () => {
  const { visit, sent, hear, posted } = setup();
  visit.enter(wish_for('r1'));
  visit.on_opened();
  await flush();
  hear({ type: 'refused', reason: 'ticket', words: 'late' });
  await flush();
  // Nobody has been greeted: it has to be hello again.
  assert.deepEqual(sent.at(-1), { type: 'hello', ticket: 't2' });
  hear({ type: 'welcome', guest: {} });
  assert.equal(posted.length, 1);
  hear({ type: 'refused', reason: 'ticket', words: 'late' });
  await flush();
  assert.equal(sent.length, 2);
  assert.equal(posted.length, 2);
  assert.equal(visit.state, 'lobby');
});

test('a server that refuses a ticket for a room is told to the page, and the lobby is entered', async () => {
  const { visit, sent, posted, asked, links } = setup();
  visit.enter(wish_for('gone'));
  links.fails = new TicketRefused(404, 'There is no such room.');
  visit.on_opened();
  await flush();
  links.fails = null;
  await flush();
  await flush();
  assert.deepEqual(posted, [{ type: 'refused', reason: 'gone', words: 'There is no such room.' }]);
  assert.equal(asked.at(-1), null);
  assert.equal(sent.at(-1)?.type, 'hello');
});

test('a server that gives no tickets for a moment is asked again', async () => {
  const { visit, sent, links } = setup();
  links.fails = new Error('503');
  visit.on_opened();
  await flush();
  assert.equal(sent.length, 0);
  links.fails = null;
  await flush();
  await flush();
  assert.deepEqual(sent, [{ type: 'hello', ticket: 't1' }]);
});

test('names come and go with the roster', async () => {
  const { visit, hear, events } = setup();
  visit.enter(wish_for('r1'));
  visit.on_opened();
  await flush();
  hear(entered('r1'));
  hear({ type: 'roster', changes: [{ seat: 5, name: 'Moss', connected: true, host: false }] });
  hear({ type: 'roster', changes: [{ seat: 4, name: '', connected: false, host: false, left: true }] });
  assert.deepEqual(events.slice(2), ['Ada,Moss', 'Moss']);
});

test('what is not a message of rooms changes nothing', () => {
  const { visit, posted } = setup();
  for (const text of ['', '[]', '{"type":"toString"}', '{"type":"entered"}', '{"type":"roster"}', 'null']) {
    visit.on_message(text);
  }
  assert.deepEqual(posted, []);
});

test('a request for a ticket names only what it needs', () => {
  assert.deepEqual(ticket_request(null), { role: 'lobby' });
  assert.deepEqual(ticket_request(wish_for('r', { resume: 'x' })), { role: 'player', room: 'r' });
  assert.equal(ticket_request(wish_for('r', { invite: 'i' })).invite, 'i');
});

test('another match in the room is the place’s, and its result is heard', async () => {
  const { visit, sent, hear, posted, events } = setup();
  hear({ type: 'result', result: { winner: null, lines: [] }, next_in_s: 15 });
  assert.deepEqual(posted, [], 'of no room');
  visit.enter(wish_for('r1'));
  visit.on_opened();
  await flush();
  const { match } = entered('r1');
  hear(entered('r1'));
  hear({ type: 'result', result: { winner: null, lines: [] }, next_in_s: 15 });
  visit.rematch();
  assert.deepEqual(sent.at(-1), { type: 'rematch' });
  hear({ type: 'rematch', wanted: 1, of: 2 });
  hear({ type: 'match', match: { ...match, id: 'm2' } });
  hear({ type: 'match', match: { ...match, id: 'm3', tick_rate_hz: 0 } });
  assert.equal(visit.place?.match.id, 'm2');
  assert.equal(events.at(-1), 'match m2');
  assert.deepEqual(
    posted.map(({ type }) => type),
    ['entered', 'result', 'rematch', 'match'],
  );
});

test('who has to watch a running match gets their seat with the next one, also after a reconnect', async () => {
  const { visit, sent, asked, hear, events } = setup();
  visit.enter(wish_for('r1'));
  visit.on_opened();
  await flush();
  hear(entered('r1', { role: 'spectator', seat: null, resume: null }));
  assert.equal(visit.state, 'watching');
  visit.rematch();
  assert.notEqual((sent.at(-1) as { type: string }).type, 'rematch');
  visit.on_closed();
  visit.on_opened();
  await flush();
  assert.equal(asked.at(-1)?.role, 'player');
  hear(entered('r1', { role: 'spectator', seat: null, resume: null }));
  hear(entered('r1'));
  assert.equal(visit.state, 'playing');
  assert.equal(events.filter((event) => event === 'entered').length, 3);
});

test('what is said goes to the players from a seat and to the stand from elsewhere', async () => {
  const { visit, sent, posted, hear } = setup();
  visit.say('nowhere', null);
  const words = 'Not connected: say it again in a moment';
  assert.deepEqual(posted, [{ type: 'notice', words }]);
  visit.on_opened();
  visit.enter(wish_for('a'));
  await flush();
  hear({ type: 'welcome', guest: { id: 'g', name: 'Ada' } });
  hear(entered('a'));
  visit.say('go left', null);
  assert.deepEqual(sent.at(-1), { type: 'chat', channel: 'players', text: 'go left' });
  visit.enter(wish_for('a', { role: 'spectator' }));
  await flush();
  hear(entered('a', { role: 'spectator', seat: null }));
  visit.say('what a save', 77);
  assert.deepEqual(sent.at(-1), { type: 'chat', channel: 'spectators', text: 'what a save', tick: 77 });
  visit.react(3);
  assert.deepEqual(sent.at(-1), { type: 'react', kind: 3 });
});

test('chat that could break the page is not told to it', async () => {
  const { visit, posted, hear } = setup();
  visit.on_opened();
  visit.enter(wish_for('a'));
  await flush();
  hear(entered('a'));
  const author = { id: 'g', name: 'Ada', seat: null };
  const good = { id: 'x', channel: 'players', author, text: 'hi', match: 'm', tick: 3, said_unix_s: 9 };
  const before = posted.length;
  hear({ type: 'chat', messages: [{ ...good, author: null }] });
  hear({ type: 'chat', messages: [good, { ...good, tick: -1 }] });
  hear({ type: 'chat', messages: 'many' });
  hear({ type: 'reactions', counts: [1, 'two'] });
  assert.equal(posted.length, before);
  hear({ type: 'chat', messages: [good] });
  hear({ type: 'reactions', counts: [1, 0, 0, 0, 0, 2] });
  assert.deepEqual(
    posted.slice(before).map(({ type }) => type),
    ['chat', 'reactions'],
  );
});
