// A match between browsers of two makers on a bad line: what is pressed is seen at once, points are seen by
// both, states are equal, and a result leads into the next match.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_both_browsers } from './support/each.mjs';
import { come_together, press_and_see, record_match, score_of } from './support/match.mjs';
import { common_hashes } from './support/world.mjs';

/** One way. */
const latency_ms = 75;
/** Small: without a graphics card the browsers would be busy with pixels. */
const viewport = { width: 520, height: 480 };
const recording = { init: [record_match], viewport };

/** All seats are taken: the match starts by itself, and is counted down on each page. */
async function begin_by_itself(page) {
  await page.wait_for('a countdown', () => globalThis.seen_match.announcements.includes('1'));
  await page.wait_for('the match', () => globalThis.seen_match.phase === 'playing');
}

async function feel_the_paddle(page, context) {
  const { tries, confirmed_ms } = await press_and_see(page, 5);
  const seen = tries.map(({ frames, ms }) => `${frames} (${ms.toFixed(0)} ms)`).join(', ');
  context.diagnostic(`pictures from the key to the own paddle: ${seen}; confirmed after ${confirmed_ms} ms`);
  // The picture that is being made, one in which the tick is under way, and the one that shows it.
  const median = tries.map(({ frames }) => frames).sort((one, other) => one - other)[2];
  assert.ok(median <= 3, `own paddle after ${seen}`);
  assert.ok(confirmed_ms > 2 * latency_ms, `confirmed after ${confirmed_ms} ms`);
}

async function hear_and_mute(page) {
  // The key of the net overlay was the gesture that sounds wait for.
  assert.ok(await page.evaluate(() => globalThis.seen_match.sounds > 0));
  await page.click('[data-testid="mute"]');
  assert.equal(await page.evaluate(() => document.querySelector('[data-testid="mute"]').ariaPressed), 'true');
}

/** Nobody plays: points are made, and both see the same ones until somebody has five. */
async function see_the_same_end(pages) {
  for (const page of pages) {
    await page.wait_for('a point', () => Math.max(...globalThis.seen_match.scores) > 0, null, 60_000);
  }
  const { tick, hashes } = await common_hashes(pages);
  assert.equal(hashes[0], hashes[1], `at ${tick}`);
  for (const page of pages) {
    const result = () => document.querySelector('[data-testid="result"]')?.hidden === false;
    await page.wait_for('a result', result, null, 90_000);
  }
  const scores = await Promise.all(pages.map(score_of));
  assert.deepEqual(scores[0], scores[1]);
  assert.equal(Math.max(...scores[0]), 5);
}

async function play_again(pages) {
  const before = await pages[0].evaluate(() => globalThis.grandstand.stats().match);
  // At once: the result does not wait for a slow machine.
  await Promise.all(pages.map((page) => page.click('[data-testid="rematch"]')));
  for (const page of pages) {
    const another = (old) => globalThis.grandstand.stats().match !== old;
    await page.wait_for('another match', another, before, 10_000);
    await page.wait_for('zero points', () => Math.max(...globalThis.seen_match.scores) === 0);
    assert.equal(await page.evaluate(() => document.querySelector('[data-testid="result"]').hidden), true);
  }
}

async function check_at_the_end(page) {
  const { desyncs, seat } = await page.evaluate(() => globalThis.grandstand.stats());
  assert.equal(desyncs, 0);
  assert.notEqual(seat, null);
  // What sounds is told once.
  assert.deepEqual(await page.evaluate(() => globalThis.seen_match.doubled), []);
  assert.deepEqual(page.problems.take(), []);
}

in_both_browsers('in a match of pong, 150 ms apart', recording, (stage) => {
  test('from the first key to another match', async (context) => {
    const pages = await come_together(stage, 'pong', { latency_ms });
    for (const page of pages) await begin_by_itself(page);
    await feel_the_paddle(pages[0], context);
    await hear_and_mute(pages[0]);
    await see_the_same_end(pages);
    await play_again(pages);
    for (const page of pages) await check_at_the_end(page);
  });
});
