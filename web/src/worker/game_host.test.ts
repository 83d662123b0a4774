import assert from 'node:assert/strict';
import test from 'node:test';
import { FakeGame } from './fake_game.ts';
import { GameHost } from './game_host.ts';
import {
  abi_version,
  type Desync,
  GameModule,
  type GameRequest,
  GameVersionError,
  ModuleStore,
} from './game_module.ts';
import type { EventNotice, Hands } from './messages.ts';

const facts = { seat: 3, epoch: 9, tick_rate_hz: 60 };
const still: Hands = { held: 0, pressed: 0, move: [0, 0], pointer: [0.5, 0.5], aim: [0, 0] };

function setup(change: Partial<typeof facts> = {}) {
  const game = new FakeGame();
  const sent: number[][] = [];
  const asked: GameRequest[] = [];
  const told: EventNotice[][] = [];
  const reports: Desync[] = [];
  const host = new GameHost(
    { ...facts, ...change },
    {
      send_datagram: (payload) => sent.push([...payload]),
      ask: (request) => asked.push(request),
      tell_events: (events) => told.push(events),
      report: (desync) => reports.push(desync),
    },
  );
  const run = () => host.run(new GameModule(game.exports(), 1), null, 0);
  return { game, sent, asked, told, reports, host, run };
}

test('what came before the module was there comes after its start, in order', () => {
  const { game, host, run } = setup();
  host.take_transfer(Uint8Array.of(1, 1), 0);
  host.take_datagram(Uint8Array.of(2), 0);
  run();
  assert.deepEqual(game.calls, ['enter 3 9', 'transfer', 'datagram', 'turn']);
  assert.deepEqual(game.received, [[1, 1], [2]]);
});

test('of what came before, only some is kept', () => {
  const { game, host, run } = setup();
  for (let count = 0; count < 1000; count += 1) host.take_datagram(Uint8Array.of(1), 0);
  run();
  assert.ok(game.received.length <= 32);
});

test('a turn sends all datagrams and asks all questions', () => {
  const { game, sent, asked, host, run } = setup();
  run();
  game.outgoing = [[1, 2], [3]];
  game.requests = [
    { kind: 1, first: 4_000_000_000, count: 5 },
    { kind: 2, first: 0, count: 0 },
  ];
  host.turn(0);
  assert.deepEqual(sent, [[1, 2], [3]]);
  assert.deepEqual(asked, [{ type: 'repair', first: 4_000_000_000, count: 5 }, { type: 'keyframe' }]);
});

test('a memory that grows at every call loses nothing', () => {
  const { game, sent, host, run } = setup();
  game.grows = true;
  run();
  host.take_datagram(Uint8Array.of(5, 6, 7), 0);
  game.outgoing = [[8, 9]];
  host.turn(0);
  game.stats = { shown_tick: 12.5, pending_ticks: 3 };
  const scene = host.draw(0, 2);
  assert.equal(scene && new DataView(scene.items.buffer, scene.items.byteOffset).getFloat32(0, true), 7);
  assert.deepEqual(game.received, [[5, 6, 7]]);
  assert.deepEqual(sent, [[8, 9]]);
  assert.equal(host.stats()?.shown_tick, 12.5);
  assert.equal(host.stats()?.pending_ticks, 3);
  assert.deepEqual(scene?.camera, { x: 10, y: 20, height: 8, clear: [1, 2, 3, 255] });
});

test('the pointer is where it points in the world, also when the camera has moved', () => {
  const { game, host, run } = setup();
  run();
  host.draw(0, 2);
  host.set_hands({ ...still, pointer: [1, 0] }, 0);
  // 8 units high and 16 wide around 10, 20.
  assert.deepEqual(game.controls.slice(4), [18, 16, 0, 0]);
});

test('a press is told once and what is held stays', () => {
  const { game, host, run } = setup();
  run();
  host.set_hands({ ...still, held: 2, pressed: 2 }, 0);
  assert.deepEqual(game.controls.slice(0, 2), [2, 2]);
  host.turn(1000);
  assert.deepEqual(game.controls.slice(0, 2), [2, 0]);
});

test('a tap on a direction lasts for a tick at least', () => {
  const { game, host, run } = setup();
  run();
  host.set_hands({ ...still, move: [1, 0] }, 1000);
  host.set_hands(still, 2000);
  host.turn(10_000);
  assert.deepEqual(game.controls.slice(2, 4), [1, 0]);
  host.turn(27_000);
  assert.deepEqual(game.controls.slice(2, 4), [0, 0]);
});

test('a direction that was held for long ends at once', () => {
  const { game, host, run } = setup();
  run();
  host.set_hands({ ...still, move: [1, 0] }, 1000);
  host.set_hands(still, 200_000);
  assert.deepEqual(game.controls.slice(2, 4), [0, 0]);
});

test('hashes are told once, as they become known', () => {
  const { game, host, run } = setup();
  run();
  game.stats = { confirmed_tick: 130 };
  game.hashes.set(0, 1n);
  game.hashes.set(60, 0xffff_ffff_ffff_fffen);
  game.hashes.set(120, 0xabcn);
  assert.deepEqual(host.new_hashes(), [
    [0, '0000000000000001'],
    [60, 'fffffffffffffffe'],
    [120, '0000000000000abc'],
  ]);
  assert.deepEqual(host.new_hashes(), []);
  game.stats = { confirmed_tick: 180 };
  game.hashes.set(180, 5n);
  assert.deepEqual(host.new_hashes(), [[180, '0000000000000005']]);
});

test('a picture has the inputs of its moment', () => {
  const { game, host, run } = setup();
  run();
  game.calls.length = 0;
  game.outgoing = [[1]];
  host.draw(0, 2);
  assert.deepEqual(game.calls, ['turn', 'draw']);
  assert.deepEqual(game.outgoing, [], 'and what there is to send is not kept until the next turn');
});

test('a spectator enters without a seat', () => {
  const { game, run } = setup({ seat: null as unknown as number });
  run();
  assert.equal(game.calls[0], 'enter -1 9');
});

test('a module of another interface, or of other rules than the room, is refused in words', () => {
  const game = new FakeGame();
  game.version = 7;
  const of_interface = { name: 'GameVersionError', message: `interface 7 instead of ${abi_version}` };
  assert.throws(() => new GameModule(game.exports(), 1), of_interface);
  game.version = abi_version;
  game.rules = 4;
  const of_rules = { name: 'GameVersionError', message: 'rules 4 instead of 5' };
  assert.throws(() => new GameModule(game.exports(), 5), of_rules);
  assert.ok(new GameModule(game.exports(), 4));
});

test('a module that is gone may be there for a new page, and one that is broken is broken', async (context) => {
  const answers = [new Response('', { status: 404 }), new Response('', { status: 503 }), new Response('no')];
  context.mock.method(globalThis, 'fetch', async () => answers.shift());
  const modules = new ModuleStore();
  await assert.rejects(modules.make('/assets/pong-1.wasm', 1), GameVersionError);
  for (let time = 0; time < 2; time += 1) {
    await assert.rejects(modules.make('/assets/pong-1.wasm', 1), { name: 'GameModuleError' });
  }
});

test('who plays gets the smaller module, unless the whole one is there or there is no other', (context) => {
  context.mock.method(globalThis, 'fetch', async () => new Response('', { status: 503 }));
  const both = { url: '/assets/pong-1.wasm', play_url: '/assets/pong.play-1.wasm' };
  const modules = new ModuleStore();
  assert.equal(modules.choose(both, false), both.play_url);
  assert.equal(modules.choose(both, true), both.url);
  assert.equal(modules.choose({ url: both.url }, false), both.url);
  assert.equal(modules.choose({ url: both.url, play_url: '' }, false), both.url);
  modules.prepare(both.play_url);
  assert.equal(modules.choose(both, true), both.url);
  modules.prepare(both.url);
  assert.equal(modules.choose(both, false), both.url);
});

test('the module knows the round trip before it begins', () => {
  const { game, host } = setup();
  host.run(new GameModule(game.exports(), 1), 150, 0);
  assert.deepEqual(game.calls.slice(0, 2), ['round_trip 150000', 'enter 3 9']);
});

test('without a mouse nothing points, and the second stick aims', () => {
  const { game, host, run } = setup();
  run();
  host.draw(0, 2);
  host.set_hands({ ...still, pointer: null, aim: [0, -1] }, 0);
  assert.deepEqual(game.controls.slice(4), [0, 0, 0, -1]);
});

/** The bytes of core/client/event_log.h. */
function notice(id: number, x: number): Uint8Array {
  const bytes = new Uint8Array(36);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, id, true);
  view.setUint32(4, 70, true);
  bytes.set([0, 1], 8);
  bytes.set([2, 3, 255, 9], 12);
  view.setInt32(16, -5, true);
  [x, 20, 1, 2].forEach((number, index) => {
    view.setFloat32(20 + 4 * index, number, true);
  });
  return bytes;
}

test('events of a turn come together, with their place in the picture', () => {
  const { game, told, host, run } = setup();
  game.grows = true;
  run();
  // 16 units wide around 10.
  host.draw(0, 2);
  game.notices = [notice(1, 6), notice(2, 1000)];
  host.turn(0);
  host.turn(0);
  assert.equal(told.length, 1);
  assert.deepEqual(told[0]?.[0], {
    id: 1,
    tick: 70,
    status: 'predicted',
    is_first: true,
    kind: 2,
    seat: 3,
    other: null,
    detail: 9,
    value: -5,
    at: [6, 20],
    to: [1, 2],
    pan: -0.5,
  });
  assert.equal(told[0]?.[1]?.pan, 1);
});

test('a standing is read once the first state is known', () => {
  const { game, host, run } = setup();
  run();
  game.standing = [2, 90, -1, 2, 1, 4, 2, -3];
  game.stats = { confirmed_tick: -1 };
  assert.equal(host.standing(), null);
  game.stats = { confirmed_tick: 5 };
  assert.deepEqual(host.standing(), {
    phase: 'playing',
    ticks_left: 90,
    winner: null,
    seats: [
      { who: 'person', score: 4 },
      { who: 'computer', score: -3 },
    ],
  });
});

test('a state that is not the server’s is reported once', () => {
  const { game, reports, host, run } = setup();
  run();
  game.desync = { tick: 60, hash: -1n, expected: 2n, state: [7, 8] };
  host.turn(0);
  host.turn(0);
  assert.deepEqual(reports, [
    { tick: 60, hash: 'ffffffffffffffff', expected: '0000000000000002', state: Uint8Array.of(7, 8) },
  ]);
});
