// Chat in both browsers: players, somebody who watches live by the host's pass, somebody who watches late and
// somebody without scripts: who hears what, in which order, and that words stay words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_both_browsers } from './support/each.mjs';
import { make_room } from './support/match.mjs';
import { hears, log_of, say } from './support/talk.mjs';
import { in_the_world } from './support/world.mjs';

/** Wide enough for the chat to be beside the picture. */
const viewport = { width: 1000, height: 560 };
const public_delay_s = 4;
const markup = '<b>bold</b> <img src=x onerror=alert(1)>';

/** In the page, before its own scripts: how many reactions have flown over the picture. */
function count_cheers() {
  globalThis.cheers_seen = 0;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node.classList?.contains('cheer')) globalThis.cheers_seen += 1;
    }
  }).observe(document, { childList: true, subtree: true });
}

/** The link that the host's page makes for who watches live. */
async function link_for_casters(page) {
  await page.evaluate(() => document.querySelector('[data-host="caster_pass"]').click());
  return page.wait_for('a link for casters', () => document.querySelector('[data-caster-url]').value);
}

/** In a match that has no end: it is always under way. */
async function a_match_with_everybody(stage) {
  const host = await stage.open('chromium', '/');
  await host.connected();
  const room = await make_room(host, 'plaza', { public_delay_s });
  await host.goto(`${stage.server.url}/rooms/${room}?play=1`);
  await in_the_world(host);
  const guest = await stage.open('firefox', `/rooms/${room}?play=1`);
  await in_the_world(guest);
  const link = new URL(await link_for_casters(host));
  const caster = await stage.open('chromium', link.pathname + link.search);
  await in_the_world(caster, 'watching');
  const late = await stage.open('firefox', `/rooms/${room}/watch`);
  await late.wait_for('to watch', () => globalThis.grandstand.stats().state === 'watching');
  await late.wait_for(
    'a picture of it',
    () => Number(document.querySelector('[data-player]').dataset.shown) > 0,
  );
  return { room, host, guest, caster, late };
}

/** A page without scripts at the room, in `browser`. */
async function without_scripts(stage, browser, path) {
  const page = await stage.browsers[browser].new_page({ javascript: false });
  stage.pages.push(page);
  await page.goto(stage.server.url + path);
  return page;
}

/** Words are words, and the public hears them later than players and who watches live. */
async function players_talk({ room, host, guest, caster, late }) {
  await say(host, markup);
  await hears(guest, markup);
  await hears(caster, markup);
  assert.deepEqual(await log_of(late), [], 'not before the delay');
  assert.equal(await guest.evaluate(() => document.querySelector('.chat-log :is(img, b)')), null);
  await hears(late, markup);
  const { tick, released, shown } = await late.evaluate(async (id) => {
    const { match_id } = await (await fetch(`/api/v1/rooms/${id}`)).json();
    const { released_tick } = await (await fetch(`/api/v1/matches/${match_id}`)).json();
    return {
      tick: Number(document.querySelector('.said').dataset.tick),
      released: released_tick,
      shown: Number(document.querySelector('[data-player]').dataset.shown),
    };
  }, room);
  assert.ok(tick <= released, `said at ${tick}, public up to ${released}`);
  assert.ok(tick <= shown + 60, `said at ${tick}, the picture is at ${shown}`);
}

/** At once to each other as far as they know the same. */
async function the_stand_talks({ caster, late }) {
  await say(caster, 'watch the upper corner');
  await hears(caster, 'watch the upper corner');
  assert.ok(!(await log_of(late)).includes('watch the upper corner'));
  await say(late, 'what a rally');
  await hears(caster, 'what a rally');
  await hears(late, 'watch the upper corner');
}

/** The form leads back to the page, with the words in its log. */
async function a_form_says(page, words, { room, late }) {
  await page.page.focus('#chat-text');
  await page.page.keyboard.type(words);
  await page.page.keyboard.press('Enter');
  await hears(late, words);
  const deadline = performance.now() + 20_000;
  const text = () => page.page.$eval('[data-testid="chat-log"]', (log) => log.textContent).catch(() => '');
  while (!(await text()).includes(words)) {
    assert.ok(performance.now() < deadline, 'the page shows what was said');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(new URL(page.page.url()).pathname, `/rooms/${room}/watch`);
}

async function reactions_fly({ host, caster, late }) {
  await caster.click('[data-react="0"]');
  await late.click('[data-react="1"]');
  for (const page of [caster, late]) {
    await page.wait_for('both reactions', () => globalThis.cheers_seen >= 2);
  }
  assert.equal(await host.evaluate(() => globalThis.cheers_seen), 0);
}

/** The chat is that of the moment. */
async function goes_back(page) {
  await page.evaluate(() => document.querySelector('[data-testid="timeline"]').focus());
  await page.page.keyboard.press('Home');
  await page.wait_for(
    'the chat of the beginning',
    () =>
      document.querySelectorAll('.said').length === 0 && !document.querySelector('[data-chat-moment]').hidden,
  );
  await page.click('[data-testid="live"]');
  await hears(page, markup);
}

/** By whichever way it came. */
async function nothing_is_doubled(page) {
  const ids = await page.evaluate(() =>
    [...document.querySelectorAll('.said')].map(({ dataset }) => dataset.said),
  );
  assert.equal(new Set(ids).size, ids.length);
}

/** Whether the list of replays has this match, and all of it is public. */
async function listed(match) {
  const { replays } = await (await fetch('/api/v1/replays')).json();
  return replays.some(({ id }) => id === match);
}

/** As a finger would that has come over the words. */
const press = (page, selector) => page.evaluate((wanted) => document.querySelector(wanted).click(), selector);

/** In a page. */
const notice_has = (words) => document.getElementById('notice').textContent.includes(words);
const muted_name = () => document.querySelector('[data-muted]:not([hidden]) .person-name')?.textContent;
const shows_kicked = () => {
  const card = document.querySelector('[data-card="kicked"]');
  return card?.checkVisibility() && card.textContent.includes('asked you to leave');
};

/** Without a delay players hear the stand. */
async function a_host_and_somebody_late(stage) {
  const host = await stage.open('chromium', '/');
  await host.connected();
  const room = await make_room(host, 'plaza', { public_delay_s: 0 });
  const seat = `${stage.server.url}/rooms/${room}?play=1`;
  await host.goto(seat);
  await in_the_world(host);
  const late = await stage.open('firefox', `/rooms/${room}/watch?class=delayed`);
  await late.wait_for('to watch', () => globalThis.grandstand.stats().class === 'delayed');
  await say(late, 'first');
  await hears(host, 'first');
  await hears(late, 'first');
  assert.equal(await late.evaluate(() => document.querySelector('.said-orders')), null);
  return { room, host, late, seat };
}

/** The list outlives the host's page, and is where somebody is unmuted. */
async function mutes_and_unmutes(host, late, seat) {
  await press(host, '.said-orders [data-mute]');
  const name = await host.wait_for('the list of who is muted', muted_name);
  assert.equal(name, await host.evaluate(() => document.querySelector('.said-name').textContent));
  await say(late, 'second');
  await late.wait_for('words about it', notice_has, 'muted');
  await host.goto(seat);
  await in_the_world(host);
  assert.equal(await host.wait_for('the list again', muted_name), name);
  await hears(host, 'first');
  assert.equal(
    await host.evaluate(() => document.querySelector('.said-orders [data-mute]').textContent),
    'Unmute',
  );
  await press(host, '[data-muted] button');
  await host.wait_for('an empty list', () => document.querySelector('[data-muted]').hidden);
  await late.page.focus('#chat-text');
  await late.page.keyboard.down('Control');
  await late.page.keyboard.press('KeyA');
  await late.page.keyboard.up('Control');
  await say(late, 'third');
  await hears(host, 'third');
}

/** For good, and with the reason. */
async function shows_out(host, late, stand) {
  await press(host, '.said-orders [data-kick]');
  assert.equal(await late.evaluate(() => document.getElementById('main').dataset.state), 'watching');
  await press(host, '.said-orders [data-kick]');
  await host.wait_for('words about it', notice_has, 'They are out');
  await late.wait_for('the reason', shows_kicked);
  await late.goto(stand);
  await late.wait_for('the reason again', shows_kicked);
  assert.equal(await host.evaluate(() => document.getElementById('main').dataset.state), 'playing');
}

const options = { viewport, init: [count_cheers] };

in_both_browsers('talk', options, (stage) => {
  test('players, the stand live and late, and a form without scripts', async () => {
    const all = await a_match_with_everybody(stage);
    const { room, host, guest, caster, late } = all;
    const class_of = (page) => page.evaluate(() => globalThis.grandstand.stats().class);
    assert.equal(await class_of(caster), 'live');
    assert.equal(await class_of(late), 'delayed');
    await players_talk(all);
    await the_stand_talks(all);
    for (const browser of ['chromium', 'firefox']) {
      const plain = await without_scripts(stage, browser, `/rooms/${room}/watch`);
      await a_form_says(plain, `a form of ${browser} <i>`, all);
    }
    for (const player of [host, guest]) assert.deepEqual(await log_of(player), [markup]);
    await reactions_fly(all);
    await goes_back(late);
    await nothing_is_doubled(caster);
    for (const page of [host, guest, caster, late]) {
      assert.deepEqual(page.problems.take(/status of 404/), []);
    }
  });

  test('a refusal is said, and the words come back into the field', async () => {
    const page = await stage.open('chromium', '/');
    await page.connected();
    const room = await make_room(page, 'pong');
    await page.goto(`${stage.server.url}/rooms/${room}/watch`);
    await page.wait_for('to watch', () => globalThis.grandstand.stats().state === 'watching');
    await say(page, 'again');
    await hears(page, 'again');
    await say(page, 'again');
    await page.wait_for('words about it', () =>
      document.getElementById('notice').textContent.includes('just said that'),
    );
    assert.equal(await page.evaluate(() => document.querySelector('#chat-text').value), 'again');
    assert.deepEqual(await log_of(page), ['again']);
  });

  test('a host mutes, has the list again after a reload, and shows out who only watches', async () => {
    const { room, host, late, seat } = await a_host_and_somebody_late(stage);
    await mutes_and_unmutes(host, late, seat);
    await shows_out(host, late, `${stage.server.url}/rooms/${room}/watch`);
  });

  test('the talk of a match is there after its end, and after the server has started again', async () => {
    const host = await stage.open('chromium', '/');
    await host.connected();
    const room = await make_room(host, 'pong', { public_delay_s: 1 });
    await host.goto(`${stage.server.url}/rooms/${room}?play=1`);
    await in_the_world(host);
    // Nobody moves, so the match is soon over.
    const guest = await stage.open('firefox', `/rooms/${room}?play=1`);
    await in_the_world(guest);
    await host.wait_for('a match', () => document.querySelector('.hud[data-phase="playing"]'));
    const { match } = await host.evaluate(() => globalThis.grandstand.stats());
    await say(host, 'good luck & have fun');
    await hears(guest, 'good luck & have fun');
    const texts = async () => {
      const answer = await fetch(`${stage.server.url}/api/v1/matches/${match}/chat`);
      return answer.ok ? (await answer.json()).messages.map(({ text }) => text) : [];
    };
    await host.wait_for('its replay', listed, match, 90_000);
    assert.deepEqual(await texts(), ['good luck & have fun']);
    for (const page of [host, guest]) await stage.close(page);
    await stage.server.halt();
    await stage.server.run();
    assert.deepEqual(await texts(), ['good luck & have fun']);
  });
});
