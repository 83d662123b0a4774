// `./gs bench page`: what a first visit costs, in real browsers against build/release/grandstand on loopback.
// Bytes are counted by a proxy between both; times are taken inside the page, without the proxy.
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { browser_names, launch } from '../../e2e/support/browsers.mjs';
import { Server } from '../../e2e/support/server.mjs';
import { in_the_world, paint_nothing, picture_layout, record_pictures } from '../../e2e/support/world.mjs';
import { median, publish } from '../report.mjs';
import { CountingProxy } from './counting_proxy.mjs';

/** Fresh contexts per way in. */
const runs = Number(process.env.BENCH_RUNS ?? 7);
/** Longer than any of the page's own pauses before it asks for something. */
const quiet_ms = 1500;
const first_visit_kb = 80;
const click_to_moving_ms = 1000;

const kinds = ['document', 'style', 'script', 'wasm', 'font', 'image', 'data'];

/**
 * Runs in every document before its own scripts: notes when `play` is clicked, holds the key D from then on,
 * and notes when somebody in the picture has gone to the right. Nobody else is there who could.
 */
function time_the_way_in() {
  const now = () => performance.timeOrigin + performance.now();
  const far = 0.1;
  const began = {};
  addEventListener(
    'click',
    (event) => {
      if (event.target.closest('[data-testid="play"]')) sessionStorage.setItem('bench.clicked', now());
    },
    true,
  );
  const look = () => {
    if (sessionStorage.getItem('bench.moved')) return;
    requestAnimationFrame(look);
    if (!sessionStorage.getItem('bench.clicked')) return;
    const press = { code: 'KeyD', key: 'd', bubbles: true };
    document.body?.dispatchEvent(new KeyboardEvent('keydown', press));
    for (const [seat, [x]] of Object.entries(globalThis.seen_pictures.people)) {
      began[seat] ??= x;
      if (x > began[seat] + far) sessionStorage.setItem('bench.moved', now());
    }
  };
  requestAnimationFrame(look);
}

/** Runs in every document before its own scripts: what moves by itself, and what keeps the page busy. */
function watch_the_page() {
  globalThis.bench = { shift: 0, longest_ms: 0 };
  const watch = (type, take) => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  };
  watch('layout-shift', (entry) => {
    if (!entry.hadRecentInput) globalThis.bench.shift += entry.value;
  });
  watch('longtask', (entry) => {
    globalThis.bench.longest_ms = Math.max(globalThis.bench.longest_ms, entry.duration);
  });
}

async function before_scripts(page, work, argument) {
  const add = page.page.addInitScript ?? page.page.evaluateOnNewDocument;
  await add.call(page.page, work, argument);
}

async function first_room(server) {
  const answer = await fetch(`${server.url}/api/v1/rooms`);
  return (await answer.json()).rooms[0].id;
}

const total = (answers, what) => answers.reduce((sum, answer) => sum + answer[what], 0);

function byte_rows(where, answers, target) {
  const encodings = [...new Set(answers.map(({ encoding }) => encoding).filter(Boolean))].sort().join(', ');
  const rows = [];
  for (const kind of kinds) {
    const of_kind = answers.filter((answer) => answer.kind === kind);
    if (of_kind.length === 0) continue;
    rows.push({
      name: `${where}: ${kind}`,
      value: total(of_kind, 'bytes') / 1000,
      unit: 'kB',
      floor: total(of_kind, 'gzip_bytes') / 1000,
      note: `${of_kind.length} answers, ${(total(of_kind, 'plain_bytes') / 1000).toFixed(1)} kB unpacked`,
    });
  }
  rows.push({
    name: `${where}: first visit`,
    value: total(answers, 'bytes') / 1000,
    unit: 'kB',
    floor: total(answers, 'gzip_bytes') / 1000,
    target,
    note: `${answers.length} requests; ${encodings}; floor: gzip -9`,
  });
  return rows;
}

/**
 * Bytes of the lobby and of a room, each as the first page of a new visitor; the room until one plays. With
 * WebGL2, as on machines of people; a browser without a screen would take the way of those that have no GPU.
 */
async function measure_bytes(name, browser) {
  const proxy = await CountingProxy.start();
  const server = await Server.start('--origin', proxy.url);
  proxy.target = server.url;
  const rows = [];
  try {
    const room = await first_room(server);
    const visits = [
      ['lobby', '/?renderer=webgl2'],
      ['room', `/rooms/${room}?renderer=webgl2`],
    ];
    for (const [what, path] of visits) {
      const page = await browser.new_page();
      proxy.take();
      await page.goto(proxy.url + path);
      await page.connected();
      if (what === 'room') {
        await page.click('[data-testid="play"]');
        await in_the_world(page);
      }
      await proxy.quiet(quiet_ms);
      rows.push(...byte_rows(`${name}, ${what}`, proxy.take(), what === 'room' ? first_visit_kb : undefined));
      await page.close();
    }
  } finally {
    await server.stop();
    await proxy.stop();
  }
  return rows;
}

/** From the click to the own figure's first step, in ms; then what the browser says about the page. */
async function way_in(browser, url) {
  const page = await browser.new_page({ init: [record_pictures, picture_layout] });
  await before_scripts(page, time_the_way_in);
  await before_scripts(page, watch_the_page);
  await before_scripts(page, paint_nothing);
  try {
    await page.goto(url);
    await page.connected();
    const load = await page.evaluate(() => ({
      paint_ms: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      blocking: performance
        .getEntriesByType('resource')
        .filter(({ renderBlockingStatus }) => renderBlockingStatus === 'blocking')
        .map(({ name }) => new URL(name).pathname),
    }));
    await page.click('[data-testid="play"]');
    const ms = await page.wait_for('the first step', () => {
      const moved = sessionStorage.getItem('bench.moved');
      return moved && Number(moved) - Number(sessionStorage.getItem('bench.clicked'));
    });
    await in_the_world(page);
    return { ms, ...load, ...(await page.evaluate(() => globalThis.bench)) };
  } finally {
    await page.close();
  }
}

/** In the page: one answer over HTTP, then one WebTransport session. */
async function round_trips() {
  const began = performance.now();
  const { webtransport } = await (await fetch('/api/v1/transport')).json();
  const serverCertificateHashes = webtransport.certificate_hashes.map((hash) => ({
    algorithm: 'sha-256',
    value: Uint8Array.from(atob(hash), (letter) => letter.charCodeAt(0)),
  }));
  const url = new URL('/wt/echo', webtransport.url).href;
  const session = new WebTransport(
    url,
    serverCertificateHashes.length > 0 ? { serverCertificateHashes } : {},
  );
  await session.ready;
  const ms = performance.now() - began;
  session.close();
  return ms;
}

async function measure_floor(browser, server) {
  const page = await browser.new_page();
  await page.goto(`${server.url}/echo`);
  await page.connected();
  const times = [];
  for (let run = 0; run < runs; ++run) times.push(await page.evaluate(round_trips));
  await page.close();
  return median(times);
}

async function measure_times(name, browser) {
  const server = await Server.start();
  const rows = [];
  try {
    const floor = await measure_floor(browser, server);
    const room = await first_room(server);
    // Canvas2D, because its pictures pass through the page, where they can be read.
    for (const [what, path] of [
      ['lobby', '/?renderer=canvas2d'],
      ['room', `/rooms/${room}?renderer=canvas2d`],
    ]) {
      const ways = [];
      for (let run = 0; run < runs; ++run) {
        // Who just left dozes in the seat for half a minute, and may stand in the way.
        await server.halt();
        await server.run();
        ways.push(await way_in(browser, server.url + path));
      }
      const where = `${name}, ${what}`;
      rows.push({
        name: `${where}: click on play to the first step`,
        value: median(ways.map(({ ms }) => ms)),
        unit: 'ms',
        floor,
        target: click_to_moving_ms,
        note: `median of ${runs}, worst ${Math.max(...ways.map(({ ms }) => ms)).toFixed(0)}; floor: fetch + WebTransport`,
      });
      rows.push({
        name: `${where}: first contentful paint`,
        value: median(ways.map(({ paint_ms }) => paint_ms ?? Number.NaN)),
        unit: 'ms',
        note: `median of ${runs}`,
      });
      if (name === 'chromium') rows.push(...chromium_rows(where, ways));
    }
  } finally {
    await server.stop();
  }
  return rows;
}

/** What only Chromium tells. */
function chromium_rows(where, ways) {
  const blocking = [...new Set(ways.flatMap((way) => way.blocking))];
  return [
    {
      name: `${where}: layout shift, load and way in`,
      value: Math.max(...ways.map(({ shift }) => shift)),
      unit: '',
      target: 0,
      note: 'worst run',
    },
    {
      name: `${where}: longest task of the main thread`,
      value: median(ways.map(({ longest_ms }) => longest_ms)),
      unit: 'ms',
      note: `median of ${runs}; 0: none of 50 ms or more`,
    },
    {
      name: `${where}: resources that block the first picture`,
      value: blocking.length,
      unit: '',
      target: 1,
      note: blocking.join(' ').replaceAll('/assets/', ''),
    },
  ];
}

const rows = [];
for (const name of browser_names) {
  const browser = await launch(name);
  try {
    rows.push(...(await measure_bytes(name, browser)), ...(await measure_times(name, browser)));
  } finally {
    await browser.close();
  }
}
const busy = loadavg()[0] / availableParallelism();
rows.push({ name: 'load of the machine per core, at the end', value: busy, unit: '' });
await publish('page', rows, fileURLToPath(new URL('../../../build/bench/', import.meta.url)));
