// Forms: names and rooms, with scripts and without: what works leads on, what is wrong is said where the form
// is, with what was typed and under the address of the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_each_browser } from './support/each.mjs';
import { in_the_world } from './support/world.mjs';

/** What a browser prints about an answer that says no. */
const refused = /status of (400|429|503)|htmx/;
/** Longer than any name that the server looks at; the field would not take it by itself. */
const too_long = 'a'.repeat(1100);

const path_of = (page) => new URL(page.page.url()).pathname;

/** Puts `text` into a field as typing does, from outside the page: also where scripts are off. */
async function type_into(page, selector, text) {
  await page.page.focus(selector);
  await page.page.keyboard.down('Control');
  await page.page.keyboard.press('a');
  await page.page.keyboard.up('Control');
  await page.page.keyboard.press('Delete');
  await page.page.keyboard.type(text);
}

/**
 * Enter on what loads another page, until that is there. By keyboard: Puppeteer's clicks need scripts in the
 * page.
 */
async function enter_through(page, selector) {
  const began = () =>
    page.page
      .$eval('html', () => document.readyState === 'complete' && performance.timeOrigin)
      .catch(() => false);
  const before = await began();
  await page.page.focus(selector);
  await page.page.keyboard.press('Enter');
  const deadline = performance.now() + 20_000;
  for (;;) {
    const now = await began();
    if (now && now !== before) return;
    assert.ok(performance.now() < deadline, `nothing loads after ${selector}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Of the field, as it would be sent. */
const value_of = (page, selector) => page.page.$eval(selector, (field) => field.value);
const text_of = (page, selector) => page.page.$eval(selector, (element) => element.textContent);

function without_scripts(stage) {
  const no_scripts = { javascript: false };

  test('without scripts: a name is saved, and a wrong one is said to be', async () => {
    const page = await stage.open('/', no_scripts);
    await type_into(page, '#nickname', 'Ada');
    await enter_through(page, '[data-testid="save-nickname"]');
    assert.equal(path_of(page), '/');
    assert.equal(await value_of(page, '#nickname'), 'Ada');
    await type_into(page, '#nickname', '  ');
    await enter_through(page, '[data-testid="save-nickname"]');
    assert.match(await text_of(page, '#nickname-error'), /choose another/);
    assert.equal(await value_of(page, '#nickname'), 'Ada');
    // Not the browser's own question whether to send the form again.
    await page.goto(page.page.url());
    assert.equal(path_of(page), '/');
  });

  test('without scripts: a room is made, and its invitation leads there', async () => {
    const page = await stage.open('/', no_scripts);
    await enter_through(page, '[data-testid="create-room"]');
    await type_into(page, '#room-name', 'Quiet corner');
    await page.page.focus('input[name="public"][value="0"]');
    await page.page.keyboard.press(' ');
    await enter_through(page, 'form.sheet [type="submit"]');
    assert.match(path_of(page), /^\/rooms\/[a-z0-9]{12}$/);
    assert.equal(await text_of(page, '[data-room-name]'), 'Quiet corner');
    const link = await value_of(page, '[data-invite-url]');
    const guest = await stage.open(new URL(link).pathname + new URL(link).search, no_scripts);
    assert.equal(await text_of(guest, '[data-room-name]'), 'Quiet corner');
    const stranger = await stage.open(path_of(page), no_scripts);
    assert.match(await text_of(stranger, 'h1'), /by invitation/);
  });

  test('without scripts: a room that cannot be made keeps the form and its address', async () => {
    const page = await stage.open('/rooms/new', no_scripts);
    await fill_up(page);
    await page.goto(`${stage.server.url}/rooms/new`);
    await type_into(page, '#room-name', 'One too many');
    await enter_through(page, 'form.sheet [type="submit"]');
    assert.equal(path_of(page), '/rooms/new');
    assert.match(await text_of(page, '[role="alert"]'), /as many rooms/);
    assert.equal(await value_of(page, '#room-name'), 'One too many');
  });

  /** As many rooms as one person may have, by the same form. */
  async function fill_up(page) {
    for (let rooms = 0; rooms < 20; ++rooms) {
      await page.goto(`${stage.server.url}/rooms/new`);
      await enter_through(page, 'form.sheet [type="submit"]');
      if (path_of(page) === '/rooms/new') return;
    }
    assert.fail('twenty rooms, and no end');
  }
}

function with_scripts(stage) {
  test('a room with a wrong name keeps the form, what was chosen, and the address', async () => {
    const page = await stage.open('/rooms/new');
    await page.connected();
    await page.evaluate((name) => {
      document.querySelector('#room-name').removeAttribute('maxlength');
      document.querySelector('#room-name').value = name;
      document.querySelector('input[name="public"][value="0"]').checked = true;
    }, too_long);
    const entries = await page.evaluate(() => history.length);
    await page.click('form.sheet [type="submit"]');
    await page.wait_for('the words', () => document.querySelector('#name-error')?.textContent);
    assert.equal(path_of(page), '/rooms/new');
    assert.equal(await page.evaluate(() => history.length), entries);
    const chosen = await page.evaluate(() => document.querySelector('input[name="public"]:checked').value);
    assert.equal(chosen, '0');
    await type_into(page, '#room-name', 'Better');
    await page.click('form.sheet [type="submit"]');
    await in_the_world(page);
    assert.match(path_of(page), /^\/rooms\/[a-z0-9]{12}$/);
    assert.deepEqual(page.problems.take(refused), []);
  });

  test('a wrong name beside Play keeps the lobby and its address', async () => {
    const page = await stage.open('/');
    await page.connected();
    await page.evaluate((name) => {
      document.querySelector('#nickname').removeAttribute('maxlength');
      document.querySelector('#nickname').value = name;
    }, too_long);
    await page.click('[data-testid="play"]');
    await page.wait_for('the words', () => document.querySelector('#nickname-error').textContent);
    assert.equal(path_of(page), '/');
    assert.deepEqual(page.problems.take(refused), []);
  });

  test('the lobby saves a name, or says why not', async () => {
    const page = await stage.open('/');
    await page.connected();
    await type_into(page, '#nickname', '  ');
    await page.click('[data-testid="save-nickname"]');
    await page.wait_for('the words', () =>
      /choose another/.test(document.querySelector('#nickname-error').textContent),
    );
    assert.equal(await page.evaluate(() => document.activeElement.id), 'nickname');
    await type_into(page, '#nickname', ' Ada   L ');
    await page.click('[data-testid="save-nickname"]');
    await page.wait_for('the name', () => document.querySelector('#nickname').value === 'Ada L');
    assert.match(await page.text('#nickname-error'), /You are Ada L here/);
    await page.page.reload();
    assert.equal(await value_of(page, '#nickname'), 'Ada L');
    assert.deepEqual(page.problems.take(refused), []);
  });
}

function while_playing(stage) {
  test('who plays changes their name, and everybody sees it; at 360 pixels', async () => {
    const page = await stage.open('/', { viewport: { width: 360, height: 740 } });
    await page.connected();
    await page.click('[data-testid="play"]');
    const { room } = await in_the_world(page);
    const watcher = await stage.open(`/rooms/${room}/watch`);
    await in_the_world(watcher, 'watching');
    await page.click('[data-do="side"]');
    await type_into(page, '#own-name', 'Zoë');
    await page.click('[data-testid="save-nickname"]');
    await watcher.wait_for('the new name', () =>
      [...document.querySelectorAll('.person-name')].some(({ textContent }) => textContent === 'Zoë'),
    );
    assert.match(await page.text('#own-name-status'), /You are Zoë here/);
    await type_into(page, '#own-name', ' ');
    await page.click('[data-testid="save-nickname"]');
    await page.wait_for('the words', () =>
      /choose another/.test(document.querySelector('#own-name-status').textContent),
    );
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false);
    assert.deepEqual(page.problems.take(refused), []);
  });
}

in_each_browser('forms', (stage) => {
  with_scripts(stage);
  while_playing(stage);
  without_scripts(stage);
});
