// Watching a match in both browsers: who watches late sees the states that players had, everybody goes back
// and forth, stops, steps, slows down, and is live again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_both_browsers } from './support/each.mjs';
import { make_room } from './support/match.mjs';
import {
  click_timeline,
  has_length,
  is_live_again,
  same_states,
  shown,
  state_of,
  stats,
} from './support/player.mjs';
import { in_the_world } from './support/world.mjs';

/** Small: without a graphics card the browsers would be busy with pixels. */
const viewport = { width: 640, height: 560 };

/** In the page, before its own scripts: when there was a picture, in ms after the page was asked for. */
function record_first_picture() {
  globalThis.first_picture_ms = null;
  const RealWorker = globalThis.Worker;
  globalThis.Worker = class extends RealWorker {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        if (data.type === 'game' && data.news.state === 'running') {
          globalThis.first_picture_ms ??= performance.now();
        }
      });
    }
  };
}

/** A room whose match is under way: somebody plays against computers. */
async function match_under_way(stage, public_delay_s) {
  const player = await stage.open('chromium', '/');
  await player.connected();
  const room = await make_room(player, 'arena', { public_delay_s });
  await player.goto(`${stage.server.url}/rooms/${room}?play=1`);
  await in_the_world(player);
  await player.wait_for('who may start', () => document.querySelector('[data-testid="computers"]'));
  await player.click('[data-testid="computers"]');
  await player.wait_for('a match', () => document.querySelector('.hud[data-phase="playing"]'));
  return { player, room };
}

async function goes_back_and_stops(page) {
  const before = await shown(page);
  await click_timeline(page, 0.4);
  await page.wait_for('the past', () => document.querySelector('[data-player]').dataset.state === 'past');
  await page.wait_for(
    'an older picture',
    (newest) => Number(document.querySelector('[data-player]').dataset.shown) < newest - 120,
    before,
  );
  await page.page.keyboard.press(' ');
  await page.wait_for('a stop', () => document.querySelector('[data-player]').dataset.state === 'paused');
  const tick = await shown(page);
  const newest = (await stats(page)).confirmed_tick;
  await page.wait_for(
    'time to pass',
    (from) => {
      const { confirmed_tick, class: view } = globalThis.grandstand.stats();
      const end = Number(document.querySelector('[data-testid="timeline"]').getAttribute('aria-valuemax'));
      globalThis.end_before ??= end;
      return view === 'live' ? confirmed_tick > from + 60 : end > globalThis.end_before;
    },
    newest,
  );
  assert.equal(await shown(page), tick, 'stands still');
}

async function steps(page) {
  const from = await shown(page);
  const comes_to = (tick) =>
    page.wait_for(
      `tick ${tick}`,
      (wanted) => Number(document.querySelector('[data-player]').dataset.shown) === wanted,
      tick,
    );
  await page.page.keyboard.press('.');
  await comes_to(from + 1);
  await page.page.keyboard.press('.');
  await comes_to(from + 2);
  for (let step = 1; step <= 4; step += 1) {
    await page.page.keyboard.press(',');
    await comes_to(from + 2 - step);
  }
}

/** A quarter of real time, as the page itself measures it. */
async function plays_slowly(page) {
  const ticks_per_s = await page.evaluate(async () => {
    const speed = document.querySelector('[data-player="speed"]');
    speed.value = '0.25';
    speed.dispatchEvent(new Event('change'));
    const shown_now = () => Number(document.querySelector('[data-player]').dataset.shown);
    const moves = (from) =>
      new Promise((resolve) => {
        const look = () => (shown_now() > from ? resolve() : setTimeout(look, 5));
        look();
      });
    await moves(shown_now());
    const [tick, at_ms] = [shown_now(), performance.now()];
    await moves(tick + 25);
    return ((shown_now() - tick) * 1000) / (performance.now() - at_ms);
  });
  assert.ok(ticks_per_s > 8 && ticks_per_s < 22, `${ticks_per_s} ticks in a second`);
}

async function tell_first_picture(page, what, context) {
  const ms = await page.wait_for('the first picture', () => globalThis.first_picture_ms);
  context.diagnostic(`${what}: first picture after ${ms.toFixed(0)} ms`);
}

async function check_at_the_end(pages) {
  for (const page of pages) {
    assert.equal((await stats(page)).desyncs, 0);
    assert.deepEqual(page.problems.take(/status of 404/), []);
  }
}

/** Everything that is done with a match by who watches it; `others` see the same states. */
async function watch_all_ways(page, view, others, context) {
  await in_the_world(page, 'watching');
  await tell_first_picture(page, view, context);
  assert.equal((await stats(page)).class, view);
  await same_states([page, ...others]);
  assert.equal(await state_of(page), 'live');
  await has_length(page, 8);
  await goes_back_and_stops(page);
  await steps(page);
  await plays_slowly(page);
  await is_live_again(page);
  await same_states([page, ...others]);
  await check_at_the_end([page]);
}

const options = { viewport, init: [record_first_picture] };

in_both_browsers('watch a match of the arena late', options, (stage) => {
  test('by two seconds, back and forth, and with the newest again', async (context) => {
    const { player, room } = await match_under_way(stage, 2);
    for (const browser of ['firefox', 'chromium']) {
      const late = await stage.open(browser, `/rooms/${room}/watch`);
      await watch_all_ways(late, 'delayed', [player], context);
      const { delay_ms } = await stats(late);
      assert.ok(delay_ms > 2000, `${delay_ms} ms behind`);
      context.diagnostic(`${browser}: ${delay_ms.toFixed(0)} ms behind the newest tick`);
      await stage.close(late);
    }
    await check_at_the_end([player]);
  });
});

in_both_browsers('watch a live match of the arena', options, (stage) => {
  test('back and forth, and with the newest again', async (context) => {
    const { player, room } = await match_under_way(stage, 0);
    const late = await stage.open('chromium', `/rooms/${room}/watch?class=delayed`);
    for (const browser of ['firefox', 'chromium']) {
      const viewer = await stage.open(browser, `/rooms/${room}/watch`);
      await watch_all_ways(viewer, 'live', [player, late], context);
      await stage.close(viewer);
    }
    assert.equal((await stats(late)).class, 'delayed');
    await check_at_the_end([player, late]);
  });

  test('follows players, and comes nearer', async () => {
    const { room } = await match_under_way(stage, 0);
    const viewer = await stage.open('chromium', `/rooms/${room}/watch?renderer=canvas2d`);
    await in_the_world(viewer, 'watching');
    const followed = () => viewer.text('.player-who');
    assert.equal(await followed(), 'Everybody');
    await viewer.page.keyboard.press('n');
    await viewer.wait_for(
      'somebody',
      () => document.querySelector('.player-who').textContent !== 'Everybody',
    );
    await viewer.page.keyboard.press('p');
    await viewer.wait_for(
      'everybody',
      () => document.querySelector('.player-who').textContent === 'Everybody',
    );
    const whole = () => document.querySelector('[data-player="whole"]').disabled;
    assert.equal(await viewer.evaluate(whole), true);
    await viewer.page.mouse.move(300, 250);
    await viewer.page.mouse.wheel(0, -300);
    await viewer.wait_for('a nearer look', () => !document.querySelector('[data-player="whole"]').disabled);
    await viewer.page.keyboard.press('c');
    await viewer.wait_for('all of it', whole);
    assert.deepEqual(viewer.problems.take(/status of 404/), []);
  });
});
