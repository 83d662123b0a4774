// The server is killed in the middle of a match and starts again: both browsers are back in the same match,
// at the same score, with equal states.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_both_browsers } from './support/each.mjs';
import { make_room, record_match, score_of } from './support/match.mjs';
import { back_again, common_hashes, in_the_world } from './support/world.mjs';

/** Small: without a graphics card the browsers would be busy with pixels. */
const viewport = { width: 520, height: 480 };

function facts_of(page) {
  return page.evaluate(() => {
    const { match, seat, tick, desyncs } = globalThis.grandstand.stats();
    return { match, seat, tick, desyncs };
  });
}

/** One in Chromium and one in Firefox, until somebody has made a point. */
async function play_to_a_point(stage) {
  const host = await stage.open('chromium', '/?renderer=canvas2d');
  await host.connected();
  const room = await make_room(host, 'pong');
  await host.goto(`${stage.server.url}/rooms/${room}?play=1&renderer=canvas2d`);
  await in_the_world(host);
  const guest = await stage.open('firefox', `/rooms/${room}?play=1&renderer=canvas2d`);
  await in_the_world(guest);
  const pages = [host, guest];
  for (const page of pages) {
    await page.wait_for('a point', () => Math.max(...globalThis.seen_match.scores) > 0, null, 60_000);
  }
  return pages;
}

in_both_browsers('in a match whose server is killed', { init: [record_match], viewport }, (stage) => {
  test('play on', async (context) => {
    const pages = await play_to_a_point(stage);
    const before = await Promise.all(pages.map(facts_of));
    const scores = await score_of(pages[0]);
    await stage.server.halt('SIGKILL');
    const started = performance.now();
    await stage.server.run();
    const ready_ms = performance.now() - started;
    await Promise.all(pages.map((page) => back_again(page, 'playing')));
    await Promise.all(
      pages.map((page, index) =>
        page.wait_for(
          'newer ticks',
          (newest) => globalThis.grandstand.stats().tick > newest + 30,
          before[index].tick,
          30_000,
        ),
      ),
    );
    const back_ms = performance.now() - started;
    context.diagnostic(
      `ready after ${ready_ms.toFixed(0)} ms, both play half a second further after ${back_ms.toFixed(0)} ms`,
    );
    for (const [index, page] of pages.entries()) {
      const { match, seat, desyncs } = await facts_of(page);
      assert.equal(match, before[index].match);
      assert.equal(seat, before[index].seat);
      assert.equal(desyncs, 0);
    }
    const now = await score_of(pages[0]);
    now.forEach((score, index) => {
      assert.ok(score >= scores[index], `${now} after ${scores}`);
    });
    const { tick, hashes } = await common_hashes(pages);
    assert.equal(hashes[0], hashes[1], `at ${tick}`);
  });

  test('are taken back by as much as a power loss takes, and play on', async () => {
    const pages = await play_to_a_point(stage);
    const before = await Promise.all(pages.map(facts_of));
    // A tick takes some 45 bytes: four seconds.
    await stage.server.lose_power(12_000);
    await stage.server.run();
    const ready_ms = performance.now();
    for (const page of pages) await back_again(page, 'playing');
    const { tick, hashes } = await common_hashes(pages);
    assert.equal(hashes[0], hashes[1], `at ${tick}`);
    for (const [index, page] of pages.entries()) {
      const now = await facts_of(page);
      assert.deepEqual([now.match, now.seat, now.desyncs], [before[index].match, before[index].seat, 0]);
      const played = ((performance.now() - ready_ms) * 60) / 1000;
      const lost = before[index].tick + played - now.tick;
      assert.ok(lost > 100, `${lost} ticks were taken back`);
    }
  });
});
