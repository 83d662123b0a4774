// The pages themselves: nothing that breaks the policy, nothing on the console, and useful without
// JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_each_browser } from './support/each.mjs';

const pages = { lobby: '/', connection: '/echo', error: '/there/is/no/such/page' };

/** The browsers' own line about the status of the error page. */
const not_found = /404/;

/** Of the window's area times the distance; a line of text that moves down a page is above it. */
const jump_max = 0.02;

/** Runs in the page: how much of it has moved by itself so far. */
function layout_shift() {
  const watch = new PerformanceObserver(() => {});
  watch.observe({ type: 'layout-shift', buffered: true });
  return watch.takeRecords().reduce((sum, { value }) => sum + value, 0);
}

function every_page(stage) {
  for (const [name, path] of Object.entries(pages)) {
    test(`${name}: no violation of the policy, nothing on the console, a live signal`, async () => {
      const page = await stage.open(path);
      await page.connected();
      await page.wait_for('the font', () => document.fonts.check('700 20px "Archivo Narrow"'));
      const policy = await page.evaluate(async () => {
        const response = await fetch(location.href);
        return response.headers.get('content-security-policy');
      });
      assert.match(policy, /script-src 'self' 'wasm-unsafe-eval'/);
      assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
      assert.deepEqual(page.problems.take(name === 'error' ? not_found : null), []);
    });

    test(`${name}: says what it has to say without JavaScript`, async () => {
      const page = await stage.open(path, { javascript: false });
      const html = await page.page.content();
      const words = {
        lobby: '<form class="walk-in" id="play-form" method="post" action="/play">',
        connection: 'needs JavaScript',
        error: 'No seat at this address',
      };
      assert.match(html, new RegExp(words[name]));
      assert.match(html, /href="\/echo"/);
    });
  }
}

function steady_pages(stage) {
  for (const width of [360, 1600]) {
    test(`nothing jumps while pages fill, ${width} px wide`, async () => {
      for (const path of Object.values(pages)) {
        const page = await stage.open(path, { viewport: { width, height: 800 } });
        await page.connected();
        await page.wait_for('a round trip', () => grandstand.stats().rtt_ms > 0);
        const shifted = await page.evaluate(layout_shift);
        assert.ok(shifted < jump_max, `${path} shifted by ${shifted}`);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert.equal(sideways, false, `${path} scrolls sideways`);
      }
    });
  }
}

function live_numbers(stage) {
  test('the lobby has a seat for this very visit, live', async () => {
    // A page that a test before just dropped may still hold its seat; a fresh server has none taken.
    await stage.server.halt();
    await stage.server.run();
    const page = await stage.open('/');
    await page.connected();
    await page.wait_for(
      'one taken seat in the picture',
      () => document.querySelectorAll('#taken-seats use').length === 1,
    );
    assert.deepEqual(page.problems.take(), []);
  });

  test('the lobby says when the server is gone, and recovers', async () => {
    const page = await stage.open('/');
    await page.connected();
    await stage.server.halt();
    await page.wait_for('the stale lobby', () => document.querySelector('main').matches('.is-stale'));
    await stage.server.run();
    await page.wait_for('the live lobby', () => !document.querySelector('main').matches('.is-stale'));
  });

  test('news of the lobby leave alone what somebody types and where the focus is', async () => {
    const page = await stage.open('/');
    await page.connected();
    await page.evaluate(() => {
      const field = document.querySelector('[data-testid="nickname"]');
      field.focus();
      field.value = 'Half a na';
      document.querySelector('#rooms').dataset.old = 'yes';
    });
    await page.wait_for('news', () => !document.querySelector('#rooms').dataset.old);
    const { value, focused } = await page.evaluate(() => ({
      value: document.querySelector('[data-testid="nickname"]').value,
      focused: document.activeElement.dataset.testid,
    }));
    assert.equal(value, 'Half a na');
    assert.equal(focused, 'nickname');
  });
}

in_each_browser('pages', (stage) => {
  every_page(stage);
  // Only Chromium measures this.
  if (stage.name === 'chromium') steady_pages(stage);
  live_numbers(stage);

  test('an error inside a visit is shown in place, with the way back', async () => {
    const page = await stage.open('/');
    await page.connected();
    await page.evaluate((path) => {
      const link = document.querySelector('.top-links a[href="/echo"]');
      link.href = path;
      link.click();
    }, pages.error);
    await page.wait_for('the error page', () => document.querySelector('main').dataset.page === 'error');
    assert.match(await page.text('h1'), /No seat at this address/);
    await page.click('main a[href="/"]');
    await page.wait_for('the lobby', () => document.querySelector('main').dataset.page === 'lobby');
    assert.equal(await page.evaluate(() => grandstand.stats().connections), 1);
    assert.deepEqual(page.problems.take(not_found), []);
  });
});
