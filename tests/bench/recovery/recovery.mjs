// The second half of `./gs bench recovery`: fifty matches of the arena are played, the server is
// killed, and started again: how long it takes from the start of the process until all of them tick,
// and how many ticks of what the world had seen are gone. BENCH_ROOMS and BENCH_SECONDS (of play before
// the end) change it.
import { Server } from '../../e2e/support/server.mjs';
import { publish } from '../report.mjs';
import { Bots, load, metrics_of, pause, root } from '../support.mjs';

const rooms = Number(process.env.BENCH_ROOMS ?? 50);
const seconds = Number(process.env.BENCH_SECONDS ?? 60);
const players = Number(process.env.BENCH_PLAYERS ?? 4);
const ticking_target_ms = 1000;

/** The newest public tick of each room in which bots play: without a delay that is the newest. */
async function ticks_of(server) {
  const answer = await fetch(`${server.url}/api/v1/rooms`);
  const list = (await answer.json()).rooms.filter((room) => room.name.startsWith('Bots'));
  return new Map(list.map((room) => [room.id, room.tick]));
}

const server = await Server.start();
try {
  const playing = new Bots(
    server,
    ...['--game', 'arena', '--rooms', String(rooms), '--players', String(players), '--seconds', '3600'],
  );
  await playing.joined(240);
  await pause(seconds * 1000);
  const before = await ticks_of(server);
  if (before.size !== rooms) throw new Error(`${before.size} rooms are there, not ${rooms}`);
  await server.halt('SIGKILL');

  const began = performance.now();
  const started = server.run();
  const since = () => performance.now() - began;
  let first;
  let ticking_ms;
  while (ticking_ms === undefined) {
    const now = await ticks_of(server).catch(() => undefined);
    first ??= now;
    const all_tick =
      now && [...before.keys()].every((id) => now.get(id) > (first.get(id) ?? Number.MAX_VALUE));
    if (all_tick) ticking_ms = since();
    else if (since() > 60_000) throw new Error(`not all rooms tick: ${server.output}`);
    else await pause(2);
  }
  await started;
  const lost = [...before].reduce((sum, [id, tick]) => sum + Math.max(0, tick - first.get(id)), 0);
  const restored = (await metrics_of(server))('grandstand_matches_restored');
  await playing.stop();
  const ticks = [...before.values()].reduce((sum, tick) => sum + tick, 0);
  await publish(
    'recovery_matches',
    [
      {
        name: `kill -9 with ${rooms} matches: process start until all tick`,
        value: ticking_ms,
        unit: 'ms',
        target: ticking_target_ms,
        note: `${restored} restored, ${ticks} ticks of them, ${players} players each, load ${await load()}`,
      },
      { name: `kill -9 with ${rooms} matches: ticks lost`, value: lost, unit: '', target: 0 },
    ],
    `${root}build/bench`,
  );
} finally {
  await server.stop();
}
