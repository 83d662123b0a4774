// A page that reloads or goes away takes its session along: nothing stays behind on the server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_each_browser, transports } from './support/each.mjs';

in_each_browser('leaving', (stage) => {
  for (const transport of transports) {
    test(`${transport}: one session while the page is there, also after reloads, none after it left`, async () => {
      const page = await stage.open(`/echo?transport=${transport}`);
      await page.connected(transport);
      await stage.server.sessions(transport, 1);
      for (let reload = 0; reload < 3; reload += 1) {
        await page.page.reload();
        const stats = await page.connected(transport);
        assert.equal(stats.connections, 1);
        await stage.server.sessions(transport, 1);
      }
      await page.goto('about:blank');
      await stage.server.sessions(transport, 0);
    });
  }
});
