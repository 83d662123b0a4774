// An evening: two people play; one watches live, one late, one over WebSocket. One of them goes back half a
// minute and looks at it again slowly; the server is killed, and everybody goes on; somebody says something;
// and when all have gone, a link opens the match again at a moment, with what was said.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_both_browsers } from './support/each.mjs';
import { make_room } from './support/match.mjs';
import { has_length, is_live_again, same_states, shown, state_of, stats } from './support/player.mjs';
import { hears, say } from './support/talk.mjs';
import { back_again, in_the_world, paint_nothing } from './support/world.mjs';

/** Five at once on one machine: small, and pictures are made but not painted. */
const viewport = { width: 1000, height: 560 };
const plain = 'renderer=canvas2d';

/** In the page, before its own scripts: the hash of every state that was shown. */
function record_hashes() {
  globalThis.seen_hashes = {};
  const RealWorker = globalThis.Worker;
  globalThis.Worker = class extends RealWorker {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        if (data.type === 'stats') Object.assign(globalThis.seen_hashes, Object.fromEntries(data.hashes));
      });
    }
  };
}

const hashes_of = (page) => page.evaluate(() => globalThis.seen_hashes);

/** Two players of one arena, with computers in the other seats. */
async function two_play(stage) {
  const host = await stage.open('chromium', `/?${plain}`);
  await host.connected();
  const room = await make_room(host, 'arena', { public_delay_s: 0 });
  await host.goto(`${stage.server.url}/rooms/${room}?play=1&${plain}`);
  await in_the_world(host);
  const guest = await stage.open('firefox', `/rooms/${room}?play=1&${plain}`);
  await in_the_world(guest);
  await host.wait_for('who may start', () => document.querySelector('[data-testid="computers"]'));
  // With all seats taken it begins by itself.
  await host.click('[data-testid="computers"]');
  for (const page of [host, guest])
    await page.wait_for('a match', () => document.querySelector('.hud[data-phase="playing"]') !== null);
  return { room, host, guest };
}

async function three_watch(stage, room) {
  const watch = async (browser, more) => {
    const page = await stage.open(browser, `/rooms/${room}/watch?${plain}${more}`);
    await in_the_world(page, 'watching');
    return page;
  };
  const live = await watch('chromium', '');
  const late = await watch('firefox', '&class=delayed');
  const elsewhere = await watch('chromium', '&transport=websocket');
  assert.deepEqual(
    await Promise.all([live, late, elsewhere].map(async (page) => (await stats(page)).class)),
    ['live', 'delayed', 'live'],
  );
  assert.equal((await stats(elsewhere)).transport, 'websocket');
  return { live, late, elsewhere };
}

/** Back by steps of some seconds; then a quarter as fast. */
async function looks_again_slowly(page) {
  await has_length(page, 40);
  const before = await shown(page);
  for (let times = 0; times < 7; times += 1) await page.page.keyboard.press('ArrowLeft');
  await page.wait_for(
    'what was half a minute ago',
    (newest) => Number(document.querySelector('[data-player]').dataset.shown) < newest - 1500,
    before,
  );
  assert.equal(await state_of(page), 'past');
  const from = await shown(page);
  await page.evaluate(() => {
    const speed = document.querySelector('[data-player="speed"]');
    speed.value = '0.25';
    speed.dispatchEvent(new Event('change'));
  });
  await page.wait_for(
    'a second of it',
    (tick) => Number(document.querySelector('[data-player]').dataset.shown) > tick + 60,
    from,
  );
  await is_live_again(page);
}

async function everybody_goes_on(stage, pages) {
  const before = await Promise.all(pages.map(stats));
  await stage.server.halt('SIGKILL');
  await stage.server.run();
  for (const [index, page] of pages.entries()) {
    await back_again(page, before[index].state);
    await page.wait_for(
      'newer ticks',
      (newest) => globalThis.grandstand.stats().confirmed_tick > newest + 60,
      before[index].confirmed_tick,
      30_000,
    );
    const now = await stats(page);
    assert.deepEqual(
      [now.match, now.seat, now.class],
      [before[index].match, before[index].seat, before[index].class],
    );
    assert.equal(now.desyncs, 0);
  }
  return before[0].match;
}

/** All that any two of them have shown of the same tick. */
function all_equal(all) {
  const known = {};
  let compared = 0;
  for (const hashes of all) {
    for (const [tick, hash] of Object.entries(hashes)) {
      if (tick in known) compared += 1;
      known[tick] ??= hash;
      assert.equal(hash, known[tick], `at ${tick}`);
    }
  }
  return compared;
}

/** When all have left, the match is over, and on its page. */
async function is_watched_again(stage, match, known, words) {
  const page = await stage.open('firefox', `/replays?${plain}`);
  await page.wait_for(
    'the match in the list',
    async (id) => (await fetch(`/api/v1/matches/${id}`).then((answer) => answer.json())).ended_unix_s > 0,
    match,
    30_000,
  );
  await page.goto(`${stage.server.url}/replays/${match}?t=5&${plain}`);
  await page.wait_for(
    'the replay',
    () => document.querySelector('.replay-screen')?.dataset.state === 'running',
  );
  await page.wait_for('its states', () => Object.keys(globalThis.seen_hashes).length > 3);
  assert.ok(all_equal([known, await hashes_of(page)]) > 2);
  assert.equal(await page.evaluate(() => document.querySelectorAll('.said').length), 0, 'nobody had said it');
  await page.page.keyboard.press('End');
  await hears(page, words);
  assert.deepEqual(page.problems.take(/status of 404/), []);
}

in_both_browsers('an evening', { viewport, init: [record_hashes, paint_nothing] }, (stage) => {
  test('play, watch, look again, survive a kill, and watch it again', async (context) => {
    const { room, host, guest } = await two_play(stage);
    const { live, late, elsewhere } = await three_watch(stage, room);
    const all = [host, guest, live, late, elsewhere];
    await same_states(all);
    await looks_again_slowly(live);
    const match = await everybody_goes_on(stage, all);
    await same_states(all);
    const words = 'that was close';
    await say(late, words);
    await hears(live, words);
    const hashes = await Promise.all(all.map(hashes_of));
    context.diagnostic(`${all_equal(hashes)} states were the same as somebody else's`);
    for (const page of all)
      assert.deepEqual(page.problems.take(/status of 404|WebSocket|ERR_CONNECTION/), []);
    for (const player of [host, guest])
      await player.evaluate(() => document.querySelector('[data-do="leave"]').click());
    for (const page of all) await stage.close(page);
    await is_watched_again(stage, match, Object.assign({}, ...hashes), words);
  });
});
