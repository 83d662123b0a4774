import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GameExports } from './game_module.ts';
import { GameModule } from './game_module.ts';
import type { PlaybackState, PlaybackWish, ViewClass } from './messages.ts';
import type { PieceAnswer, PieceSource, PublicMatch } from './piece_source.ts';
import { type PlaybackFacts, PlaybackHost } from './playback_host.ts';
import { playback_stat_names } from './playback_module.ts';

const rate = 60;

/** A playback that has every piece and shows whatever it should at once. */
function instant_exports() {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const numbers = new Float64Array(memory.buffer, 1024, playback_stat_names.length);
  const set = (name: (typeof playback_stat_names)[number], value: number) => {
    numbers[playback_stat_names.indexOf(name)] = value;
  };
  const seen = { shown: false, speed: 1, goal: -1, first: 0, keeps: 0, opened: 0, cold: 0, warmed: 0 };
  const calls = {
    memory,
    gs_abi_version: () => 4,
    gs_rules_version: () => 1,
    gs_scratch: () => 0,
    gs_follow: () => {},
    gs_standing: () => 0,
    gs_playback_open: (_id: number, first: number, _ticks: number, keeps: number) => {
      Object.assign(seen, { first, keeps, goal: first, opened: seen.opened + 1 });
      set('shown', -1);
      set('known_end', 1e9);
    },
    gs_playback_show: (shown: number) => {
      seen.shown = shown !== 0;
    },
    gs_playback_end: () => {},
    gs_playback_seek: (moment: number) => {
      seen.goal = moment;
    },
    gs_playback_step: (ticks: number) => {
      seen.goal += ticks;
    },
    gs_playback_speed: (speed: number) => {
      seen.speed = speed;
    },
    gs_playback_turn: (_now_us: number, live: number) => {
      if (live >= 0) seen.goal = live;
    },
    gs_playback_work: () => {
      set('shown', seen.goal);
      set('goal', seen.goal);
      return 1;
    },
    gs_playback_warm: () => {
      if (seen.cold === 0) return 0;
      seen.warmed += 1;
      seen.cold -= 1;
      return seen.cold;
    },
    gs_playback_wanted: () => 0,
    gs_playback_pieces: () => 0,
    gs_playback_stats: () => 1024,
  };
  return { calls: calls as unknown as GameExports, seen };
}

const facts_of = (more: Partial<PublicMatch>): PublicMatch => ({
  first_tick: 1000,
  play_began: 1100,
  released_tick: 3999,
  released_chunks: 25,
  chunk_ticks: 120,
  tick_rate_hz: rate,
  over: false,
  public_delay_s: 10,
  events: [],
  players: [],
  ...more,
});

class Source implements PieceSource {
  next: PublicMatch | null;
  asked = 0;

  constructor(next: PublicMatch | null) {
    this.next = next;
  }

  facts(): Promise<PublicMatch | null> {
    this.asked += 1;
    return Promise.resolve(this.next);
  }

  piece(): Promise<PieceAnswer> {
    return Promise.resolve({ state: 'never' });
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

async function make(view: ViewClass | 'replay', next: PublicMatch | null, more: Partial<PlaybackFacts> = {}) {
  const { calls, seen } = instant_exports();
  const source = new Source(next);
  const world = {
    now_ms: 50_000,
    running: { newest: 4000, shown: 3995.5 },
    state: null as PlaybackState | null,
  };
  const host = new PlaybackHost(
    { match: 'm', view, tick_rate_hz: rate, delay_s: view === 'delayed' ? 10 : 0, ...more },
    new GameModule(calls, 1),
    {
      source,
      now_ms: () => world.now_ms,
      post_state: (state) => {
        world.state = state;
      },
      post_timeline: () => {},
      post_events: () => {},
      running: () => world.running,
    },
  );
  const turn = async (ms = 0) => {
    world.now_ms += ms;
    host.turn();
    await settle();
    host.turn();
  };
  const wish = async (wanted: PlaybackWish) => {
    host.do(wanted);
    await turn();
  };
  await turn();
  return { host, seen, source, world, turn, wish };
}

/** Of 4,000 public ticks, two seconds of a chunk and one more. */
const late_moment = 4000 - 120 - rate;

test('who watches late is as far as pieces are there in time, and goes on with them', async () => {
  const { host, world, turn } = await make('delayed', facts_of({}));
  assert.equal(host.is_shown, true);
  assert.equal(host.shown, late_moment);
  assert.equal(world.state?.first, 1100);
  assert.equal(world.state?.is_live, true);
  await turn(2000);
  assert.equal(host.shown, late_moment + 120);
  // Three seconds behind what is public, which is ten behind the room.
  assert.equal(Math.round(host.delay_ms / 100), 130);
});

test('asks again, and not all the time, while nothing is public', async () => {
  const { host, source, turn } = await make('delayed', facts_of({ released_tick: null, released_chunks: 0 }));
  assert.equal(host.shown, -1);
  await turn(500);
  assert.equal(source.asked, 1);
  source.next = facts_of({});
  await turn(600);
  await turn(10);
  assert.equal(source.asked, 2);
  assert.ok(host.shown > 0);
});

test('goes back, stands still, and is live again', async () => {
  const { host, seen, world, turn, wish } = await make('delayed', facts_of({}));
  await wish({ do: 'seek', moment: 2000 });
  assert.deepEqual([host.shown, host.is_live], [2000, false]);
  await wish({ do: 'seek', moment: 3 });
  assert.equal(host.shown, 1100, 'not before there was something to see');
  await wish({ do: 'speed', speed: 0 });
  assert.equal(seen.speed, 0);
  await wish({ do: 'step', ticks: 1 });
  assert.equal(host.shown, 1101);
  await wish({ do: 'step', ticks: -5 });
  assert.equal(host.shown, 1101, 'there is nothing before');
  await turn(3000);
  await wish({ do: 'seek', moment: 1e9 });
  assert.deepEqual([host.is_live, seen.speed, world.state?.speed], [true, 1, 1]);
  assert.equal(host.shown, late_moment + 3 * rate);
});

test('a live viewer sees the running game until another moment is wanted', async () => {
  const { host, seen, wish } = await make('live', facts_of({}));
  assert.deepEqual([host.is_shown, seen.shown, seen.keeps], [false, false, 1]);
  await wish({ do: 'speed', speed: 1 });
  assert.equal(host.is_shown, false, 'it has that speed');
  await wish({ do: 'speed', speed: 0 });
  assert.deepEqual([host.is_shown, seen.shown, host.shown], [true, true, 3995]);
  await wish({ do: 'live' });
  assert.deepEqual([host.is_shown, seen.shown, seen.speed], [false, false, 1]);
});

test('who plays faster than time meets the newest moment and stays with it', async () => {
  const { host, wish } = await make('delayed', facts_of({}));
  await wish({ do: 'seek', moment: 2000 });
  await wish({ do: 'speed', speed: 4 });
  assert.equal(host.is_live, false);
  host.do({ do: 'step', ticks: 0 });
  host.do({ do: 'speed', speed: 4 });
  await wish({ do: 'seek', moment: late_moment - 0.5 });
  assert.equal(host.is_live, true);
});

test('has shown the end when the last tick was seen', async () => {
  const { host, source, turn } = await make('delayed', facts_of({}));
  await turn(1000);
  assert.equal(host.has_shown_end, false);
  source.next = facts_of({ released_tick: 4019, over: true });
  host.look_again();
  await turn(10);
  assert.equal(host.has_shown_end, false);
  await turn(4000);
  assert.deepEqual([host.shown, host.has_shown_end], [4019, true]);
});

test('a match that is gone has nothing left to show', async () => {
  const { host, source, turn } = await make('delayed', facts_of({}));
  source.next = null;
  host.look_again();
  await turn(10);
  assert.equal(host.has_shown_end, true);
});

const over = facts_of({ over: true });

test('a replay begins where its link says, and asks for nothing that is known', async () => {
  const { host, seen, source, world } = await make('replay', null, { known: over, begin_s: 20 });
  assert.equal(source.asked, 0);
  assert.equal(host.shown, 1100 + 20 * rate);
  assert.deepEqual([world.state?.first, world.state?.end, world.state?.is_live], [1100, 3999, false]);
  assert.equal(seen.keeps, 2, 'all of it is wanted');
  const late = await make('replay', null, { known: over, begin_s: 9000 });
  assert.equal(late.host.shown, 3999, 'not after the end');
});

test('of a replay the newest is its end', async () => {
  const { host, wish } = await make('replay', null, { known: over });
  assert.equal(host.shown, 1100);
  await wish({ do: 'live' });
  assert.deepEqual([host.shown, host.is_live], [3999, false]);
  await wish({ do: 'step', ticks: 1 });
  assert.equal(host.shown, 3999);
});

test('what a file has is not opened again', async () => {
  const { host, seen } = await make('replay', null, { known: over, is_file: true });
  assert.equal(seen.opened, 0);
  assert.equal(host.shown, 1100);
});

test('time that is left is used until nothing is cold', async () => {
  const { seen, turn } = await make('replay', null, { known: over });
  seen.cold = 7;
  await turn(16);
  assert.deepEqual([seen.warmed, seen.cold], [7, 0]);
});
