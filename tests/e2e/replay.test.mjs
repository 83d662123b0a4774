// Matches that are over, in both browsers: from the result and from the list to the page of the match, to a
// moment of it, and from a file. What is shown has the states that a live viewer had.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_both_browsers } from './support/each.mjs';
import { make_room } from './support/match.mjs';
import { in_the_world } from './support/world.mjs';

/** Small: without a graphics card the browsers would be busy with pixels. */
const viewport = { width: 640, height: 700 };

/** In the page, before its own scripts: the hash of every state that was shown, and the first moment. */
function record_shown() {
  globalThis.seen = { hashes: {}, first: null };
  const RealWorker = globalThis.Worker;
  globalThis.Worker = class extends RealWorker {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        if (data.type === 'stats') Object.assign(globalThis.seen.hashes, Object.fromEntries(data.hashes));
        const state = data.type === 'playback' ? data.state : null;
        if (state && state.shown !== null) globalThis.seen.first ??= state;
      });
    }
  };
}

const hashes_of = (page) => page.evaluate(() => globalThis.seen.hashes);

const plays = (page) =>
  page.wait_for('the replay', () => document.querySelector('.replay-screen')?.dataset.state === 'running');

const ended = () => document.querySelector('.hud-result')?.hidden === false;

/** Somebody who does nothing loses against a computer; a live viewer sees it. */
async function play_a_match(stage) {
  const player = await stage.open('chromium', '/?renderer=canvas2d');
  await player.connected();
  const room = await make_room(player, 'pong', { computer_seats: 1, public_delay_s: 0 });
  await player.goto(`${stage.server.url}/rooms/${room}?play=1`);
  const viewer = await stage.open('firefox', `/rooms/${room}/watch?class=live&renderer=canvas2d`);
  await in_the_world(viewer, 'watching');
  await player.wait_for('a match', () => document.querySelector('.hud[data-phase="playing"]'));
  const match = await player.evaluate(() => globalThis.grandstand.stats().match);
  await player.wait_for('a result', ended, null, 120_000);
  return { player, viewer, match };
}

/** `page` has shown so many of the states that the live viewer had. */
async function same_states(page, live, wanted) {
  const common = await page.wait_for(
    `${wanted} states`,
    ([known, count]) => {
      const ticks = Object.keys(globalThis.seen.hashes).filter((tick) => tick in known);
      return ticks.length >= count && ticks.map((tick) => [tick, globalThis.seen.hashes[tick]]);
    },
    [live, wanted],
    40_000,
  );
  for (const [tick, hash] of common) assert.equal(hash, live[tick], `at ${tick}`);
  const newest = common.at(-1)[0];
  const at = await page.evaluate((tick) => globalThis.grandstand.hash_at(tick), Number(newest));
  if (at !== undefined) assert.equal(at, live[newest]);
}

async function has_all_around(page) {
  const parts = await page.evaluate(() => ({
    events: document.querySelectorAll('.timeline-mark').length,
    score: document.querySelectorAll('.hud-points').length,
    links: document.querySelectorAll('[data-seek-s]').length,
  }));
  assert.ok(parts.events > 0 && parts.score === 2 && parts.links > 0, JSON.stringify(parts));
}

async function goes_to_an_event(page) {
  const before = page.page.url();
  const target = await page.evaluate(() => {
    const link = [...document.querySelectorAll('[data-seek-s]')].at(-1);
    link.click();
    return Number(link.dataset.seekS);
  });
  await page.wait_for(
    'the event',
    (seconds) => {
      const { first } = globalThis.seen;
      const shown = Number(document.querySelector('[data-player]').dataset.shown);
      return shown >= first.first + (seconds - 2) * first.tick_rate_hz;
    },
    target,
  );
  assert.equal(page.page.url(), before, 'it is the same page');
}

async function to_the_end_and_from_the_start(page) {
  await page.page.keyboard.press('End');
  await page.wait_for('the end', () => document.querySelector('[data-player]').dataset.state === 'paused');
  await page.page.keyboard.press('k');
  await page.wait_for('the beginning', () => {
    const { first } = globalThis.seen;
    const shown = Number(document.querySelector('[data-player]').dataset.shown);
    return document.querySelector('[data-player]').dataset.state === 'past' && shown < first.end - 120;
  });
}

async function opens_at(stage, browser, match, seconds) {
  const page = await stage.open(browser, `/replays/${match}?t=${seconds}&renderer=canvas2d`);
  await plays(page);
  const { shown, first, tick_rate_hz } = await page.evaluate(() => globalThis.seen.first);
  const late = (shown - first) / tick_rate_hz - seconds;
  assert.ok(late >= 0 && late < 1, `${late} s after the moment of the link`);
  await page.click('[data-testid="share"]');
  await page.wait_for('a copy', () =>
    /opens at \d+:\d\d/.test(document.querySelector('.replay-share').textContent),
  );
  await stage.close(page);
}

/** As if somebody had dragged it there. */
function drop(page, name, bytes) {
  return page.evaluate(
    ([file_name, base64]) => {
      const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], file_name));
      const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector('main').dispatchEvent(event);
    },
    [name, Buffer.from(bytes).toString('base64')],
  );
}

async function is_refused(page, name, bytes, words) {
  await drop(page, name, bytes);
  const said = await page.wait_for(`words about ${name}`, () => {
    const screen = document.querySelector('.replay-screen');
    return screen?.dataset.state === 'failed' && document.querySelector('.replay-words').textContent;
  });
  assert.match(said, words);
}

/** With another header of the same length, whose checksum matches. */
function with_header(file, change) {
  const changed = Buffer.from(file);
  change(changed);
  const end = 13 + changed.readUInt32LE(9);
  let hash = 0xcbf29ce484222325n;
  for (const byte of changed.subarray(8, end)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  changed.writeBigUInt64LE(hash, end);
  return changed;
}

const of_another_game = (file) => with_header(file, (header) => header.write('chss', 14));

/** Behind both names, of 4 and 12 letters: other rules, and a module that nobody has. */
function of_another_version(file) {
  return with_header(file, (header) => {
    header.writeUInt16LE(999, 31);
    header.writeBigUInt64LE(77n, 42);
  });
}

async function opens_files(stage, browser, file, live) {
  const page = await stage.open(browser, '/replays?renderer=canvas2d');
  await drop_until_taken(page, file);
  await plays(page);
  await same_states(page, live, 2);
  await page.wait_for('its events', () => document.querySelectorAll('.timeline-mark').length);

  const damaged = Buffer.from(file);
  damaged[Math.floor(file.length / 2)] ^= 4;
  await is_refused(page, 'damaged.gslog', damaged, /^The file is damaged: the part at byte [\d,]+ /);
  await is_refused(page, 'cut.gslog', file.subarray(0, file.length - 20), /^The file is not whole/);
  await is_refused(page, 'picture.gslog', Buffer.from('GIF89a'), /^This is no file of a match/);
  await is_refused(page, 'chess.gslog', of_another_game(file), /does not have the game “chss”/);
  await is_refused(page, 'old.gslog', of_another_version(file), /^Pong has changed since this match/);
  await drop(page, 'again.gslog', file);
  await plays(page);
  assert.deepEqual(page.problems.take(/status of 404/), []);
  await stage.close(page);
}

/** The page's part that takes files comes a moment after the page. */
async function drop_until_taken(page, file) {
  for (;;) {
    await drop(page, 'match.gslog', file);
    if (await page.evaluate(() => document.querySelector('.replay-screen') !== null)) return;
  }
}

const options = { viewport, init: [record_shown] };

in_both_browsers('watch a match of pong again', options, (stage) => {
  test('from its result, from the list, at a moment, and from a file', async () => {
    const { player, viewer, match } = await play_a_match(stage);
    const live = await hashes_of(viewer);
    assert.ok(Object.keys(live).length > 10);
    await player.click('[data-testid="watch-again"]');
    await player.wait_for('the page of the match', (id) => location.pathname === `/replays/${id}`, match);
    await plays(player);
    await same_states(player, live, 5);
    await has_all_around(player);
    await goes_to_an_event(player);
    await to_the_end_and_from_the_start(player);
    const { desyncs, match: shown } = await player.evaluate(() => globalThis.grandstand.stats());
    assert.deepEqual([desyncs, shown], [0, match]);
    assert.deepEqual(player.problems.take(), []);

    const lister = await stage.open('firefox', '/?renderer=canvas2d');
    await lister.connected();
    await lister.evaluate(() => document.querySelector('.foot a[href="/replays"]').click());
    await lister.wait_for('the list', () => document.querySelectorAll('[data-testid="replay"]').length);
    await lister.click(`[data-match="${match}"] .room-name a`);
    await plays(lister);
    await same_states(lister, live, 3);
    assert.deepEqual(lister.problems.take(), []);

    for (const browser of ['chromium', 'firefox']) await opens_at(stage, browser, match, 6);
    const answer = await fetch(`${stage.server.url}/api/v1/matches/${match}/log`);
    const file = Buffer.from(await answer.arrayBuffer());
    for (const browser of ['chromium', 'firefox']) await opens_files(stage, browser, file, live);
  });
});
