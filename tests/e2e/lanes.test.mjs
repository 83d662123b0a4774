// What goes out on a lane comes back on it, byte for byte, over both transports.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_each_browser, transports } from './support/each.mjs';

const megabyte = 1024 * 1024;

in_each_browser('lanes', (stage) => {
  for (const transport of transports) {
    test(`${transport}: datagrams come back, small ones and the largest`, async () => {
      const page = await stage.open(`/echo?transport=${transport}`);
      await page.connected(transport);
      for (const bytes of [4, 1000]) {
        const result = await page.evaluate((size) => grandstand.echo.datagrams(100, size), bytes);
        assert.equal(result.transport, transport);
        assert.equal(result.pieces_sent, 100);
        assert.ok(result.intact, JSON.stringify(result));
        // Datagrams may get lost, on a busy machine also between two programs on it.
        const wanted = transport === 'websocket' ? 100 : 90;
        assert.ok(result.pieces_back >= wanted, JSON.stringify(result));
      }
      assert.deepEqual(page.problems.take(), []);
    });

    test(`${transport}: one megabyte goes there and back on the bidirectional stream`, async () => {
      const page = await stage.open(`/echo?transport=${transport}`);
      await page.connected(transport);
      const result = await page.evaluate((bytes) => grandstand.echo.stream(bytes), megabyte);
      assert.equal(result.transport, transport);
      assert.equal(result.bytes_back, megabyte, JSON.stringify(result));
      assert.ok(result.intact);
      assert.deepEqual(page.problems.take(), []);
    });

    test(`${transport}: one megabyte goes there and back on unidirectional streams`, async () => {
      const page = await stage.open(`/echo?transport=${transport}`);
      await page.connected(transport);
      const result = await page.evaluate((bytes) => grandstand.echo.transfer(bytes), megabyte);
      assert.equal(result.transport, transport);
      assert.equal(result.bytes_back, megabyte, JSON.stringify(result));
      assert.ok(result.intact);
      assert.deepEqual(page.problems.take(), []);
    });

    test(`${transport}: the page sees the round trip, and its buttons measure the same`, async () => {
      const page = await stage.open(`/echo?transport=${transport}`);
      await page.connected(transport);
      await page.wait_for('a round trip', () => grandstand.stats().rtt_ms > 0);
      for (const action of ['message', 'transfer', 'datagrams']) {
        await page.click(`button[data-action="${action}"]`);
        const words = await page.wait_for(
          `the result of ${action}`,
          (kind) => document.querySelector(`[data-result="${kind}"][data-state="done"]`)?.textContent,
          action,
        );
        assert.match(words, /bit\/s/);
      }
      const verdict = await page.wait_for(
        'the verdict',
        () => document.querySelector('.verdict').dataset.tone === 'good',
      );
      assert.ok(verdict);
      assert.match(await page.text('[data-testid="transport"]'), /^(WebTransport|WebSocket) · /);
      assert.match(await page.text('[data-testid="echo-report"]'), /Verdict: /);
      assert.deepEqual(page.problems.take(), []);
    });
  }
});
