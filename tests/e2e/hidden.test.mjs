// A tab in the background stays connected and goes on playing: connection and game live in a Worker, which
// browsers do not put to sleep.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch_with_real_tabs } from './support/browsers.mjs';
import { in_each_browser, transports } from './support/each.mjs';
import { common_hashes, in_the_world } from './support/world.mjs';

const hidden_ms = 30_000;

in_each_browser(
  'a hidden tab',
  (stage) => {
    test('goes on playing for 30 s over both transports', async () => {
      const pages = [];
      for (const transport of transports) {
        const page = await stage.open(`/?transport=${transport}`);
        await page.connected(transport);
        await page.click('[data-testid="play"]');
        await in_the_world(page);
        pages.push(page);
      }
      const shows = [];
      for (const page of pages) shows.push(await stage.browser.hide(page));
      for (const page of pages) {
        await page.wait_for('the tab to be hidden', () => document.visibilityState === 'hidden');
      }
      const stats_of = (page) => page.evaluate(() => grandstand.stats());
      const before = await Promise.all(pages.map(stats_of));
      await new Promise((resolve) => setTimeout(resolve, hidden_ms));
      const hidden = await Promise.all(pages.map(stats_of));
      for (const [index, { state, seat, confirmed_tick, connections, desyncs }] of hidden.entries()) {
        assert.equal(state, 'playing');
        assert.equal(seat, before[index].seat);
        assert.equal(connections, 1);
        assert.equal(desyncs, 0);
        const ticks = confirmed_tick - before[index].confirmed_tick;
        assert.ok(ticks > (hidden_ms / 1000 - 5) * 60, `${ticks} ticks while hidden`);
      }
      for (const show of shows) await show();
      const { hashes } = await common_hashes(pages);
      assert.equal(hashes[0], hashes[1]);
    });

    test('stays connected for 30 s over both transports', async () => {
      const pages = [];
      for (const transport of transports) {
        const page = await stage.open(`/echo?transport=${transport}`);
        await page.connected(transport);
        pages.push(page);
      }
      const shows = [];
      for (const page of pages) shows.push(await stage.browser.hide(page));
      for (const page of pages) {
        await page.wait_for('the tab to be hidden', () => document.visibilityState === 'hidden');
      }
      const before = await Promise.all(pages.map((page) => page.evaluate(() => grandstand.stats())));
      // The claim is about this very time: nothing to wait for instead.
      await new Promise((resolve) => setTimeout(resolve, hidden_ms));
      for (const [index, page] of pages.entries()) {
        assert.equal(await page.evaluate(() => document.visibilityState), 'hidden');
        await shows[index]();
        const stats = await page.evaluate(() => grandstand.stats());
        assert.equal(stats.state, 'echo');
        assert.equal(stats.transport, transports[index]);
        assert.equal(stats.connections, 1);
        assert.ok(stats.datagrams_received > before[index].datagrams_received, 'it went on while hidden');
        const result = await page.evaluate(() => grandstand.echo.stream(1000));
        assert.ok(result.intact);
      }
    });
  },
  { launcher: launch_with_real_tabs },
);
