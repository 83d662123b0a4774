// `./gs bench match`: matches of the arena as real clients play them over real sockets: bytes up and down,
// wrong guesses, what the server spends. Players are `grandstand bots`, whose hands are the game's own
// computers: all of them move and aim in every tick.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Server } from '../../e2e/support/server.mjs';
import { publish } from '../report.mjs';
import { metrics_of } from '../support.mjs';

const seconds = Number(process.env.BENCH_SECONDS ?? 30);
const rooms_of_many = Number(process.env.BENCH_ROOMS ?? 40);
const players = 8;
const tick_ms = 1000 / 60;
const ticks_per_send = 2;
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The JSON object that a run of bots ends with; what they said before when they fail. */
async function play(server, ...flags) {
  const given = ['--url', server.url, '--game', 'arena', '--players', String(players)];
  const bots = spawn(`${root}build/release/grandstand`, ['bots', ...given, ...flags], { cwd: root });
  let out = '';
  let said = '';
  bots.stdout.on('data', (chunk) => {
    out += chunk;
  });
  bots.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2000);
  });
  await once(bots, 'close');
  const last = out.trim().split('\n').at(-1);
  if (!last?.startsWith('{')) throw new Error(`bots gave no summary: ${said}`);
  return JSON.parse(last);
}

/** Microseconds of one step of the arena with eight who play, measured now. */
function step_us() {
  const bench = spawnSync(`${root}build/release/tests/bench/grandstand_bench`, ['room'], { cwd: root });
  if (bench.status !== 0) throw new Error(`the step cannot be measured: ${bench.stderr}`);
  const rows = JSON.parse(readFileSync(`${root}build/bench/room.json`, 'utf8'));
  return rows.find((row) => row.name.startsWith('tick of a room, arena')).floor;
}

const kinds = ['entries', 'entries_again', 'heads', 'keyframes', 'repairs'];

/**
 * What `flags` give on a server of their own. Of the middle of the run, after all have come and the countdown
 * is over: bytes of the log per tick, microseconds of a room's tick, bytes to players by kind.
 */
async function measured(duration_s, ...flags) {
  const server = await Server.start();
  try {
    const run = play(server, '--seconds', String(duration_s), ...flags);
    const playing = async () => (await metrics_of(server))('grandstand_ticks_total') > 0;
    while (!(await playing())) await new Promise((resolve) => setTimeout(resolve, 100));
    await new Promise((resolve) => setTimeout(resolve, 6000));
    const before = await metrics_of(server);
    await new Promise((resolve) => setTimeout(resolve, duration_s * 500));
    const after = await metrics_of(server);
    const grown = (name) => after(name) - before(name);
    const ticks = Math.max(1, grown('grandstand_ticks_total'));
    const sent = (kind) => grown(`grandstand_room_bytes_sent_total{kind="${kind}"}`);
    return {
      ...(await run),
      log_bytes_per_tick: grown('grandstand_log_bytes_total') / ticks,
      tick_us: (grown('grandstand_tick_seconds_sum') / ticks) * 1e6,
      bytes_per_tick: Object.fromEntries(kinds.map((kind) => [kind, sent(kind) / ticks])),
    };
  } finally {
    await server.stop();
  }
}

const line = (rtt_ms, jitter_ms, loss) => [
  ...['--latency-ms', String((rtt_ms - jitter_ms) / 2), '--jitter-ms', String(jitter_ms)],
  ...['--loss', String(loss), '--predict', 'yes'],
];

function bytes_of(name, summary) {
  const log = summary.log_bytes_per_tick * 60;
  const down = summary.bytes_in_per_client_per_s;
  return [
    { name: `${name}: log of a room per second`, value: log, unit: 'B', note: 'eight who move and aim' },
    { name: `${name}: down per player and second`, value: down, unit: 'B', floor: log, target: 1700 },
    {
      name: `${name}: up per player and second`,
      value: summary.bytes_out_per_client_per_s,
      unit: 'B',
      target: 1400,
    },
    ...kinds.map((kind) => ({
      name: `${name}: down per player and second, ${kind.replace('_', ' ')}`,
      value: (summary.bytes_per_tick[kind] * 60) / players,
      unit: 'B',
      note: 'what is not named here: heartbeats, messages, what a room says at the beginning',
    })),
  ];
}

function play_of(name, summary, rtt_ms, jitter_ms) {
  const bound = rtt_ms / tick_ms + jitter_ms / tick_ms + 3 * ticks_per_send;
  const note = `${summary.connected} of ${summary.clients} in, ${summary.desyncs} desyncs, ${summary.resyncs} resyncs`;
  return [
    { name: `${name}: not played to the end`, value: summary.failed, unit: '', target: 0, note },
    { name: `${name}: desyncs`, value: summary.desyncs, unit: '', target: 0 },
    { name: `${name}: resyncs`, value: summary.resyncs, unit: '', target: 0 },
    {
      name: `${name}: ticks made again, p99`,
      value: summary.rollback_ticks.p99,
      unit: 'ticks',
      target: Number(bound.toFixed(1)),
      note: `p50 ${summary.rollback_ticks.p50}; target: round trip, jitter and three sends`,
    },
    {
      name: `${name}: own figure put elsewhere, at most`,
      value: summary.own_correction_max,
      unit: 'units',
      note: 'being thrown included, coming back elsewhere not; a body is 0.9',
    },
    {
      name: `${name}: input to confirmed, p50`,
      value: summary.input_to_confirmed_ms.p50,
      unit: 'ms',
      note: `p99 ${summary.input_to_confirmed_ms.p99}`,
    },
  ];
}

function rooms_of(count, summary) {
  const ticks = Math.max(1, summary.ticks_expected / players);
  return [
    {
      name: `${count} rooms of 8: server's CPU per room`,
      value: (summary.server.cpu_s / summary.seconds / count) * 1000,
      unit: 'ms/s',
      note: `${summary.connected} of ${summary.clients} in, ${summary.desyncs} desyncs`,
    },
    {
      name: `${count} rooms of 8: ticks given up`,
      value: (100 * summary.overruns) / ticks,
      unit: '%',
      note: `${summary.lost_percent} % of ticks never reached the bots`,
    },
  ];
}

/** More and more rooms until ticks are given up, or the bots cannot keep up with what they get. */
async function most_rooms() {
  let most;
  for (let count = rooms_of_many; ; count += rooms_of_many / 2) {
    const summary = await measured(20, '--rooms', String(count)).catch((failure) => ({ failure }));
    const rows = summary.failure ? [] : rooms_of(count, summary);
    const over = rows.length > 0 && rows[1].value > 1;
    const stopped_by = summary.failure
      ? `at ${count} the bots gave up: ${summary.failure.message.slice(0, 80)}`
      : over
        ? `at ${count} the server gave up ${rows[1].value.toFixed(1)} % of ticks`
        : summary.failed > 0
          ? `at ${count} ${summary.failed} bots of ${summary.clients} were not there at the end`
          : undefined;
    if (!stopped_by) {
      most = { count, summary };
      continue;
    }
    return { most, stopped_by };
  }
}

const rows = [];
const alone = await measured(seconds);
rows.push(...bytes_of('loopback', alone));
rows.push(...play_of('100 ms, 5 % loss', await measured(seconds, ...line(100, 20, 5)), 100, 20));
rows.push(...play_of('250 ms, 10 % loss', await measured(seconds, ...line(250, 20, 10)), 250, 20));
const over_tcp = await measured(seconds, ...line(100, 20, 5), '--transport', 'websocket');
rows.push(...play_of('100 ms, 5 % loss, WebSocket', over_tcp, 100, 20));
const many = await measured(30, '--rooms', String(rooms_of_many));
rows.push(...rooms_of(rooms_of_many, many), {
  name: `${rooms_of_many} rooms of 8: a tick with its packets sealed`,
  value: many.tick_us,
  unit: 'us',
  floor: step_us(),
  note: 'floor: one step of the game; without transport: ./gs bench room',
});
const { most, stopped_by } = await most_rooms();
rows.push({
  name: 'rooms of 8 with less than 1 % of ticks given up',
  value: most?.count ?? 0,
  unit: '',
  note: stopped_by,
});
if (most) rows.push(...rooms_of(most.count, most.summary));
await publish('match', rows, `${root}build/bench`);
