// A tab in the background stays connected: the connection lives in a Worker, which browsers do not put to
// sleep.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch_with_real_tabs } from './support/browsers.mjs';
import { in_each_browser, transports } from './support/each.mjs';

const hidden_ms = 30_000;

in_each_browser(
  'a hidden tab',
  (stage) => {
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
