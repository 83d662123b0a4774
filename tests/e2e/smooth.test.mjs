// The arena between browsers of two makers, 150 ms apart on a line that loses: no body, and no camera, jumps
// from one picture to the next further than the rules of the game and the easing of wrong guesses allow.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_both_browsers } from './support/each.mjs';
import { come_together, record_match } from './support/match.mjs';
import { body, play_arena, record_shown, steps_of, take_shown, ticks_in } from './support/shown.mjs';
import { common_hashes, paint_nothing } from './support/world.mjs';

/** One way. */
const weather = { latency_ms: 75, jitter_ms: 8, loss_percent: 2 };
const seconds = 25;
/** Less than a pixel: what floats, and the ends of easing that nobody sees, add up to. */
const slack = 0.02;
/** Clocks of pictures go at most a quarter faster than time, after a stall (core/client/shown_clock.h). */
const hurry = 1.25;
/** Units in a tick: the look goes 7 % of the way to the aim, and the camera 2 units with it (games/arena). */
const look = 0.07 * 2 * 2;

const options = { init: [record_match], before: [paint_nothing], viewport: { width: 520, height: 480 } };

const row = (step) => JSON.stringify(step, (_, value) => (value?.toFixed ? Number(value.toFixed(3)) : value));

function check_body(shown, who, say) {
  const steps = steps_of(shown, who);
  const walked = steps.filter(({ spawned }) => !spawned);
  const name = who === shown.seat ? 'oneself' : 'the other';
  assert.ok(steps.length > 100, `${name} is in ${steps.length} pictures only`);
  assert.ok(walked.reduce((sum, { moved }) => sum + moved, 0) > 20 * body, `${name} has been running about`);
  for (const step of walked) {
    assert.ok(step.ticks >= 0, `${name} goes back in time: ${row(step)}`);
    assert.ok(step.moved <= step.allowed + slack, `${name} jumps: ${row(step)}`);
    // Whom somebody runs into, or does not after all, is pushed for as long as nobody knows.
    const put_max = (step.touches ? 2 : 1) * body * Math.max(1, step.rollbacks);
    if (!step.hit) assert.ok(step.corrected <= put_max, `${name} is put elsewhere: ${row(step)}`);
  }
  const closest = walked
    .filter(({ ticks }) => ticks > 0.5)
    .reduce((most, step) => (step.moved / step.allowed > most.moved / most.allowed ? step : most));
  const spawns = steps.length - walked.length;
  say(`${name}: ${walked.length} steps and ${spawns} spawns; nearest to what is allowed: ${row(closest)}`);
}

/** The camera follows oneself, and where one looks. */
function check_camera(shown) {
  for (const { camera, allowed, ticks, spawned, ...step } of steps_of(shown, shown.seat)) {
    if (spawned) continue;
    assert.ok(
      camera <= allowed + look * ticks + slack,
      `the camera jumps: ${row({ camera, allowed, ...step })}`,
    );
  }
}

/** Time in pictures goes on as time does. */
function check_time(pictures, moment, say) {
  const first = pictures[0];
  const last = pictures.at(-1);
  const pace = (last[moment] - first[moment]) / ticks_in(last.at_ms - first.at_ms);
  const hasty = pictures.filter((picture, index) => {
    const before = pictures[Math.max(0, index - 1)];
    return picture[moment] - before[moment] > hurry * ticks_in(picture.at_ms - before.at_ms) + 1;
  });
  say(`${moment}: ${pace.toFixed(3)} of real time, ${hasty.length} pictures a tick ahead of it`);
  assert.ok(Math.abs(pace - 1) < 0.05, `${moment} goes at ${pace}`);
  // A busy machine may look at the clock long after it drew.
  assert.ok(
    hasty.length < pictures.length * 0.03,
    `${hasty.length} of ${pictures.length} pictures are hasty`,
  );
}

async function begin(pages) {
  await pages[0].click('[data-testid="start"]');
  for (const page of pages) {
    await page.wait_for('the match', () => globalThis.seen_match.phase === 'playing');
    await record_shown(page);
    await page.wait_for(
      'both',
      () => Object.keys(globalThis.shown.pictures.at(-1)?.bodies ?? {}).length === 2,
    );
  }
}

in_both_browsers('in the arena, 150 ms apart', options, (stage) => {
  test('see each other, and themselves, without a jump', async (context) => {
    const pages = await come_together(stage, 'arena', weather);
    await begin(pages);
    await Promise.all(pages.map((page, index) => play_arena(page, seconds, 7 + index)));
    const seen = await Promise.all(pages.map(take_shown));
    for (const [index, shown] of seen.entries()) {
      const browser = ['chromium', 'firefox'][index];
      const say = (words) => context.diagnostic(`${browser}: ${words}`);
      const { pictures } = shown;
      say(`${pictures.length} pictures in ${seconds} s`);
      for (const who of [0, 1]) check_body(shown, who, say);
      check_camera(shown);
      for (const moment of ['own_tick', 'others_tick']) check_time(pictures, moment, say);
    }
    const { tick, hashes } = await common_hashes(pages);
    assert.equal(hashes[0], hashes[1], `at ${tick}`);
    for (const page of pages) {
      const { desyncs, corrections } = await page.evaluate(() => globalThis.grandstand.stats());
      assert.equal(desyncs, 0);
      assert.ok(corrections > 0, 'a line without a wrong guess shows nothing');
      assert.deepEqual(page.problems.take(), []);
    }
  });
});
