// `./gs bench seek`: what it takes in Chromium to go somewhere in a match of the arena: the time of the C++
// that the Worker calls, in the module that browsers load. Cold: with the pieces that such a seek fetches and
// nothing else known. Warm: after the time that the Worker uses while nobody waits (playback_host.ts).
import { fileURLToPath } from 'node:url';
import { launch } from '../../e2e/support/browsers.mjs';
import { make_room } from '../../e2e/support/match.mjs';
import { Server } from '../../e2e/support/server.mjs';
import { in_the_world, paint_nothing } from '../../e2e/support/world.mjs';
import { publish } from '../report.mjs';

const match_s = Number(process.env.BENCH_SECONDS ?? 90);
const seeks = Number(process.env.BENCH_SEEKS ?? 400);
const target_ms = 16;

/** A match of eight that has gone on for so long; gives its id. */
async function played(page, server) {
  await page.goto(`${server.url}/?renderer=canvas2d`);
  await page.connected();
  const room = await make_room(page, 'arena', { public_delay_s: 0, computer_seats: 7 });
  await page.goto(`${server.url}/rooms/${room}?play=1`);
  await in_the_world(page);
  await page.wait_for('who may start', () => document.querySelector('.hud[data-phase]'));
  await page.evaluate(() => document.querySelector('[data-testid="start"]')?.click());
  await page.wait_for('a match', () => document.querySelector('.hud[data-phase="playing"]'));
  const match = await page.evaluate(() => globalThis.grandstand.stats().match);
  const is_long = async () => {
    const facts = await (await fetch(`${server.url}/api/v1/matches/${match}`)).json();
    // A match may be over sooner.
    return facts.over || facts.released_chunks * 2 >= match_s;
  };
  while (!(await is_long())) await new Promise((resolve) => setTimeout(resolve, 1000));
  return match;
}

/** Of each seek the fastest counts: what else the machine does is not its time. */
const tries = 5;

/** In the page: the match and a module that plays it, as `globalThis.bench`. */
async function load(match) {
  const path = `/api/v1/matches/${match}`;
  const facts = await (await fetch(path)).json();
  const bytes_of = async (rest) => new Uint8Array(await (await fetch(`${path}/${rest}`)).arrayBuffer());
  const chunks = [];
  const keyframes = [];
  for (let number = 0; number < facts.released_chunks; number += 1) {
    chunks.push(await bytes_of(`chunks/${number}`));
    if (number % facts.chunks_per_keyframe === 0) keyframes[number] = await bytes_of(`keyframes/${number}`);
  }
  const { instance } = await WebAssembly.instantiateStreaming(fetch(facts.module.url));
  const game = instance.exports;
  game._initialize();
  const put = (bytes) => {
    const at = game.gs_scratch(bytes.length) >>> 0;
    new Uint8Array(game.memory.buffer, at, bytes.length).set(bytes);
    return bytes.length;
  };
  // The last chunk of a match that is over is a shorter one.
  const ticks = Math.min(chunks.length * facts.chunk_ticks, facts.released_tick + 1 - facts.first_tick);
  const open = () => {
    const id = put(new TextEncoder().encode(match));
    game.gs_playback_open(id, facts.first_tick, facts.chunk_ticks, 0);
    game.gs_playback_end(facts.first_tick + ticks, 1);
  };
  const take = (kind, number, bytes) => {
    if (game[`gs_playback_${kind}`](number, put(bytes)) !== 0) throw new Error(`${kind} ${number}`);
  };
  const timed = (work) => {
    const began_ms = performance.now();
    work();
    return performance.now() - began_ms;
  };
  /** To a tick of the match; in ms. */
  const go = (tick) =>
    timed(() => {
      game.gs_playback_seek(facts.first_tick + tick);
      if (game.gs_playback_work(5000) === 0) throw new Error(`no picture of ${tick}`);
    });
  globalThis.bench = { facts, chunks, keyframes, game, ticks, open, take, timed, go };
}

/** In the page: what seeks take, and getting warm, in ms; and how large pieces are. */
function measure([seeks_wanted, tries_wanted]) {
  const { facts, chunks, keyframes, game, ticks, open, take, timed, go } = globalThis.bench;
  // The same ones in every run.
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const goals = Array.from({ length: seeks_wanted }, () => Math.floor(random() * ticks));
  const best_of = (work) => Math.min(...Array.from({ length: tries_wanted }, work));

  const cold = goals.map((goal) =>
    best_of(() => {
      const number = Math.floor(goal / facts.chunk_ticks);
      const first = number - (number % facts.chunks_per_keyframe);
      const last = Math.min(number + 1, chunks.length - 1);
      open();
      take('keyframe', first, keyframes[first]);
      for (let chunk = first; chunk <= last; chunk += 1) take('chunk', chunk, chunks[chunk]);
      return go(goal);
    }),
  );

  open();
  take('keyframe', 0, keyframes[0]);
  for (const [number, chunk] of chunks.entries()) take('chunk', number, chunk);
  const slices = [];
  for (let left = 1; left > 0; ) {
    slices.push(
      timed(() => {
        left = game.gs_playback_warm(20);
      }),
    );
  }
  const warm = goals.map((goal) =>
    best_of(() => {
      go((goal + Math.floor(ticks / 2)) % ticks);
      return go(goal);
    }),
  );
  const size = (list) => {
    const there = list.filter(Boolean);
    return there.reduce((total, { length }) => total + length, 0) / there.length;
  };
  return { cold, warm, slices, ticks, chunk_bytes: size(chunks), keyframe_bytes: size(keyframes) };
}

const server = await Server.start();
const browser = await launch('chromium');
try {
  const player = await browser.new_page({ before: [paint_nothing], viewport: { width: 520, height: 480 } });
  const match = await played(player, server);
  await player.close();
  const page = await browser.new_page();
  await page.goto(`${server.url}/replays`);
  await page.evaluate(load, match);
  const found = await page.evaluate(measure, [seeks, tries]);
  const rows = [];
  for (const what of ['cold', 'warm']) {
    const sorted = found[what].sort((one, other) => one - other);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    const note = `${seeks} seeks, the best of ${tries} each; median ${at(0.5).toFixed(1)}, worst ${at(1).toFixed(1)}`;
    rows.push({
      name: `arena, 8 players: a ${what} seek, p99`,
      value: at(0.99),
      unit: 'ms',
      target: target_ms,
      note,
    });
  }
  const all_ms = found.slices.reduce((total, each) => total + each, 0);
  const minutes = found.ticks / 3600;
  const note = `${found.slices.length} slices of 20 ticks, the longest ${Math.max(...found.slices).toFixed(1)} ms`;
  rows.push({ name: 'getting warm, of a minute of match', value: all_ms / minutes, unit: 'ms', note });
  rows.push({ name: 'a chunk of two seconds', value: found.chunk_bytes / 1000, unit: 'kB' });
  rows.push({ name: 'a keyframe', value: found.keyframe_bytes / 1000, unit: 'kB' });
  await publish('seek', rows, fileURLToPath(new URL('../../../build/bench/', import.meta.url)));
} finally {
  await browser.close();
  await server.stop();
}
