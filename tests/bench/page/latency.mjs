// `./gs bench latency`: from a key to the own figure's first movement on the canvas, in the arena, in real
// browsers against build/release/grandstand, at a round trip of 0 and of 200 ms. Which tick has the input is
// read from the movement itself: a figure that starts to run has gone so far after so many ticks.
import { fileURLToPath } from 'node:url';
import { browser_names, launch } from '../../e2e/support/browsers.mjs';
import { bad_network, far_away, make_room, record_match } from '../../e2e/support/match.mjs';
import { Server } from '../../e2e/support/server.mjs';
import { record_shown } from '../../e2e/support/shown.mjs';
import { in_the_world, paint_nothing } from '../../e2e/support/world.mjs';
import { median, publish } from '../report.mjs';

const presses = Number(process.env.BENCH_PRESSES ?? 40);
const round_trips_ms = [0, 200];
const pictures_max = 1;
const tick_ms = 1000 / 60;
/** Of games/arena: units that a figure goes in the first tick; each one after adds as much. */
const first_tick_units = 62 / 60 / 60;
/** A tick that is read from movement is a whole one, nearly; else something was in the way. */
const whole = 0.1;
/** As many as that have to be readable. */
const tries_min = 20;

/** Ticks, with fraction, after which somebody who starts to run has gone so far. */
function ticks_of(units) {
  let [gone, ticks] = [0, 0];
  for (let step = first_tick_units; gone + step < units; step += first_tick_units) {
    gone += step;
    ticks += 1;
  }
  return ticks + (units - gone) / (first_tick_units * (ticks + 1));
}

/** In the page: goes to and fro, `times` times, each from a stand; notes when keys went down. */
async function press_keys(times) {
  const { seat } = globalThis.grandstand.stats();
  const { pictures } = globalThis.shown;
  const press = (type, code) =>
    document.body.dispatchEvent(new KeyboardEvent(type, { code, key: '', bubbles: true }));
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const stands = () => {
    const places = pictures.slice(-6).map(({ bodies }) => String(bodies[seat]));
    return places.length === 6 && new Set(places).size === 1;
  };
  const tries = [];
  for (let index = 0; index < times; index += 1) {
    const code = index % 2 === 0 ? 'KeyD' : 'KeyA';
    while (!stands()) await pause(10);
    // Not in step with pictures or ticks.
    await pause(Math.random() * 50);
    const from = pictures.length - 1;
    const place = pictures[from].bodies[seat];
    const pressed_ms = performance.timeOrigin + performance.now();
    press('keydown', code);
    const moved = ({ bodies }) => String(bodies[seat]) !== String(place);
    while (!moved(pictures.at(-1))) await pause(2);
    await pause(120);
    press('keyup', code);
    const after = pictures.slice(from, from + 60);
    const [x, y] = place;
    tries.push({
      pressed_ms,
      pictures: after.map(({ at_ms, seen_ms, own_tick, bodies }) => ({
        at_ms,
        seen_ms,
        own_tick,
        units: Math.hypot(bodies[seat][0] - x, bodies[seat][1] - y),
      })),
    });
  }
  return tries;
}

/**
 * Of one press: pictures after the beginning of the input's tick, and after the key, until one shows it. Null
 * when a wall was in the way.
 */
function read({ pressed_ms, pictures }) {
  const first = pictures.findIndex(({ units }) => units > 0);
  const shows = pictures[first];
  const under_way = ticks_of(shows.units);
  const began_at = shows.own_tick - under_way;
  if (Math.abs(began_at - Math.round(began_at)) > whole) return null;
  const began_ms = shows.at_ms - under_way * tick_ms;
  return {
    after_tick: pictures.filter(({ at_ms }, index) => index <= first && at_ms > began_ms).length,
    after_key: pictures.filter(({ seen_ms }, index) => index <= first && seen_ms > pressed_ms).length,
    ms: shows.seen_ms - pressed_ms,
  };
}

async function measured(page) {
  await record_shown(page);
  await page.wait_for('pictures', () => globalThis.shown.pictures.length > 6);
  const tries = (await page.evaluate(press_keys, presses)).map(read).filter((entry) => entry !== null);
  if (tries.length < tries_min) throw new Error(`only ${tries.length} of ${presses} presses can be read`);
  return tries;
}

function rows_of(name, tries) {
  const of = (what) => tries.map((entry) => entry[what]);
  const worst = (what) => `median of ${tries.length}, worst ${Math.max(...of(what)).toFixed(0)}`;
  const late = of('after_tick').filter((count) => count > pictures_max).length;
  return [
    {
      name: `${name}: tick of the input to movement`,
      value: median(of('after_tick')),
      unit: 'pict.',
      target: pictures_max,
      note: `${worst('after_tick')}; ${late} later than the first picture`,
    },
    {
      name: `${name}: key to movement`,
      value: median(of('after_key')),
      unit: 'pict.',
      note: worst('after_key'),
    },
    { name: `${name}: key to movement`, value: median(of('ms')), unit: 'ms', note: worst('ms') },
  ];
}

async function measure(name, server) {
  const browser = await launch(name);
  const rows = [];
  try {
    const viewport = { width: 520, height: 480 };
    const page = await browser.new_page({ init: [record_match], before: [paint_nothing], viewport });
    await page.goto(`${server.url}/?transport=webtransport&renderer=canvas2d`);
    await page.connected();
    const room = await make_room(page, 'arena');
    await page.goto(`${server.url}/rooms/${room}?play=1`);
    await in_the_world(page);
    for (const rtt_ms of round_trips_ms) {
      await bad_network(page, { latency_ms: rtt_ms / 2 });
      await far_away(page, rtt_ms);
      rows.push(...rows_of(`${name}, ${rtt_ms} ms`, await measured(page)));
    }
    await page.close();
  } finally {
    await browser.close();
  }
  return rows;
}

const server = await Server.start();
const rows = [];
try {
  for (const name of browser_names) rows.push(...(await measure(name, server)));
} finally {
  await server.stop();
}
await publish('latency', rows, fileURLToPath(new URL('../../../build/bench/', import.meta.url)));
