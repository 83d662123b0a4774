// `./gs bench match`: matches of the arena as real clients play them over real sockets: bytes up and down,
// wrong guesses, what the server spends. Players are `grandstand bots`, whose hands are the game's own
// computers: all of them move and aim in every tick.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Server } from '../../e2e/support/server.mjs';
import { publish } from '../report.mjs';

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

async function metric(server, name) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** What `flags` give on a server of their own, with the log's bytes per second of each room. */
async function measured(...flags) {
  const server = await Server.start();
  try {
    const span = { began: 0, bytes: 0, ticks: 0 };
    const run = play(server, '--seconds', String(seconds), ...flags);
    // In the middle of the run: after all have come and the countdown is over.
    const look = async () => ({
      bytes: await metric(server, 'grandstand_log_bytes_total'),
      ticks: await metric(server, 'grandstand_ticks_total'),
    });
    await new Promise((resolve) => setTimeout(resolve, 8000));
    Object.assign(span, await look());
    await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / 2));
    const end = await look();
    const log_bytes_per_tick = (end.bytes - span.bytes) / Math.max(1, end.ticks - span.ticks);
    return { ...(await run), log_bytes_per_tick };
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

const rows = [];
rows.push(...bytes_of('loopback', await measured()));
rows.push(...play_of('100 ms, 5 % loss', await measured(...line(100, 20, 5)), 100, 20));
rows.push(...play_of('250 ms, 10 % loss', await measured(...line(250, 20, 10)), 250, 20));
const over_tcp = await measured(...line(100, 20, 5), '--transport', 'websocket');
rows.push(...play_of('100 ms, 5 % loss, WebSocket', over_tcp, 100, 20));
const many = await measured('--rooms', String(rooms_of_many));
rows.push(
  {
    name: `${rooms_of_many} rooms of 8: server's CPU per room`,
    value: (many.server.cpu_s / many.seconds / rooms_of_many) * 1000,
    unit: 'ms/s',
    note: `${many.connected} of ${many.clients} in, ${many.desyncs} desyncs`,
  },
  {
    name: `${rooms_of_many} rooms of 8: overruns`,
    value: many.overruns,
    unit: '',
    note: `${many.ticks_expected} ticks of clients`,
  },
);
await publish('match', rows, `${root}build/bench`);
