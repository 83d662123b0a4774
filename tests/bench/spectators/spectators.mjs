// `./gs bench spectators`: a match of eight in the arena, and more and more people who watch it: live
// over WebTransport and WebSocket, and late, over chunks by HTTP with an idle session each. What they
// cost the server is its CPU time with them less that without them, in the same run; beside it the same
// packets given to the kernel by a program that does nothing else. Spectators are `grandstand bots`, of
// which a sample simulates. BENCH_COUNTS and BENCH_DELAYED_COUNTS name other numbers of spectators,
// BENCH_SECONDS another span.
import { Server } from '../../e2e/support/server.mjs';
import { publish } from '../report.mjs';
import { Bots, growth, load, pause, root, run_program } from '../support.mjs';
import { write_plot } from './plot.mjs';

const seconds = Number(process.env.BENCH_SECONDS ?? 10);
const numbers = (text) => text.split(',').filter(Boolean).map(Number);
const live_counts = numbers(process.env.BENCH_COUNTS ?? '1,10,100,300,1000');
const delayed_counts = numbers(process.env.BENCH_DELAYED_COUNTS ?? '1000,5000,10000');
const players = 8;
/** Each simulates; of thousands on one machine a sample does. */
const simulated = 10;
/** Two sockets each, in a process that may have 20,000. */
const per_process_max = 5000;

const live_cpu_target = 25;
const delayed_cpu_target = 12;
const delayed_kbit_target = 6;

/** The room that bots have made, once its match is being played. */
async function room_of(server) {
  for (;;) {
    const { rooms } = await (await fetch(`${server.url}/api/v1/rooms`)).json();
    const room = rooms.find((each) => each.name.startsWith('Bots') && each.players === players);
    if (room) return room.id;
    await pause(200);
  }
}

const metric_names = {
  cpu: 'process_cpu_seconds_total',
  packets: 'grandstand_quic_packets_sent_total',
  packet_bytes: 'grandstand_quic_bytes_sent_total',
  datagrams: 'grandstand_datagrams_sent_total',
  spectator_bytes: 'grandstand_room_bytes_sent_total{kind="spectators"}',
  requests: 'grandstand_http_requests_total',
  overruns: 'grandstand_tick_overruns_total',
};

/** Per second of the server's time. */
async function rates_of(server) {
  const grown = await growth(server, seconds);
  return Object.fromEntries(Object.entries(metric_names).map(([key, name]) => [key, grown(name)]));
}

/** Spectators in as many processes as their sockets need. */
function watchers(server, room, { view, transport, count }) {
  const processes = Math.ceil(count / per_process_max);
  return Array.from({ length: processes }, (_, index) => {
    const here = Math.min(per_process_max, count - index * per_process_max);
    const every = String(Math.max(1, Math.floor(here / simulated)));
    const who = [
      '--game',
      'arena',
      '--room',
      room,
      '--players',
      '0',
      '--spectators',
      String(here),
      '--seed',
      String(index + 1),
    ];
    const how = ['--class', view, '--transport', transport, '--simulate-every', every];
    return new Bots(server, ...who, ...how, '--seconds', String(seconds + 5));
  });
}

function sum_of(summaries) {
  const sum = (pick) => summaries.reduce((total, each) => total + pick(each), 0);
  const connected = sum((each) => each.connected);
  return {
    connected,
    failed: sum((each) => each.failed),
    desyncs: sum((each) => each.desyncs),
    hashes: sum((each) => each.hashes_checked),
    kbit_per_client:
      (8 * sum((each) => each.bytes_in_per_client_per_s * each.connected)) / 1000 / Math.max(1, connected),
    bots_cpu: sum((each) => each.bots.cpu_s / each.seconds),
    lost_percent: Math.max(...summaries.map((each) => each.lost_percent)),
    why: summaries.flatMap((each) => each.said.match(/^\d+ × .*$/gm) ?? []).join(', '),
  };
}

/** One number of spectators on a server of their own. */
async function measured(wish) {
  const server = await Server.start();
  try {
    const playing = new Bots(
      server,
      ...['--game', 'arena', '--players', String(players), '--class', wish.view, '--seconds', '900'],
    );
    await playing.joined();
    const room = await room_of(server);
    // The countdown, and of a delayed room the time until something is public.
    await pause(wish.view === 'delayed' ? 16_000 : 6000);
    const alone = await rates_of(server);
    const watching = watchers(server, room, wish);
    await Promise.all(watching.map((bots) => bots.joined(240)));
    await pause(2500);
    const load_at = await load();
    const together = await rates_of(server);
    const summaries = await Promise.all(watching.map((bots) => bots.summary()));
    await playing.stop();
    const grown = Object.fromEntries(Object.keys(alone).map((key) => [key, together[key] - alone[key]]));
    return { ...wish, ...sum_of(summaries), grown, alone, together, load: load_at };
  } finally {
    await server.stop();
  }
}

/** Percent of a core for the same packets from a plain socket; nothing when there are too few to tell. */
async function floor_of({ transport, count, grown }) {
  const is_udp = transport === 'webtransport';
  // A WebSocket's frame has some five bytes before its payload.
  const messages = is_udp ? grown.packets : grown.datagrams;
  const bytes = is_udp ? grown.packet_bytes / messages : grown.spectator_bytes / messages + 5;
  if (!(messages > 100)) return undefined;
  const kind = is_udp ? 'udp' : 'tcp';
  const floor = await run_program('grandstand_send_floor', kind, count, messages, Math.round(bytes), 5);
  return (100 * floor.cpu_s) / floor.seconds;
}

const names = { webtransport: 'WebTransport', websocket: 'WebSocket' };

function live_rows(run, floor) {
  const name = `${run.count} live over ${names[run.transport]}`;
  const sends = run.grown.datagrams / run.count;
  const checked = `${run.hashes} hashes equal, ${run.desyncs} not`;
  return [
    {
      name: `${name}: server's CPU`,
      value: 100 * run.grown.cpu,
      unit: '%',
      floor,
      target: run.count === 1000 ? live_cpu_target : undefined,
      note:
        `${run.connected} in, ${sends.toFixed(1)} sends/s and ${(run.grown.spectator_bytes / run.count).toFixed(0)} B/s ` +
        `each, ${checked}; bots ${(100 * run.bots_cpu).toFixed(0)} %, load ${run.load}`,
    },
    {
      name: `${name}: ticks given up per second`,
      value: run.together.overruns,
      unit: '',
      note: `${run.alone.overruns.toFixed(2)} before they came`,
    },
  ];
}

function delayed_rows(run) {
  const name = `${run.count} delayed`;
  const is_target = run.count === 5000;
  return [
    {
      name: `${name}: server's CPU`,
      value: 100 * run.grown.cpu,
      unit: '%',
      target: is_target ? delayed_cpu_target : undefined,
      note:
        `${run.connected} in, ${run.failed} failed, ${run.grown.requests.toFixed(0)} requests/s, ${run.desyncs} desyncs; ` +
        `bots ${(100 * run.bots_cpu).toFixed(0)} %, load ${run.load}${run.why ? `; ${run.why}` : ''}`,
    },
    {
      name: `${name}: down per spectator`,
      value: run.kbit_per_client,
      unit: 'kbit/s',
      target: is_target ? delayed_kbit_target : undefined,
      note: 'chunks with their heads, and what the session says',
    },
  ];
}

const rows = [];
const points = { live: [], websocket: [], delayed: [] };

for (const count of live_counts) {
  const run = await measured({ view: 'live', transport: 'webtransport', count });
  const floor = await floor_of(run);
  rows.push(...live_rows(run, floor));
  points.live.push({ count, cpu: 100 * run.grown.cpu, floor });
}
if (live_counts.length > 0) {
  const count = Math.max(...live_counts);
  const run = await measured({ view: 'live', transport: 'websocket', count });
  const floor = await floor_of(run);
  rows.push(...live_rows(run, floor));
  points.websocket.push({ count, cpu: 100 * run.grown.cpu, floor });
}
for (const count of delayed_counts) {
  const run = await measured({ view: 'delayed', transport: 'webtransport', count });
  rows.push(...delayed_rows(run));
  points.delayed.push({ count, cpu: 100 * run.grown.cpu, kbit: run.kbit_per_client });
}
await publish('spectators', rows, `${root}build/bench`);
await write_plot(points, `${root}build/bench`);
