// A connection lasts for a visit: through navigation and the end of the server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_each_browser, transports } from './support/each.mjs';
import { in_the_world } from './support/world.mjs';

/** While the server is away, browsers complain about requests and dials that fail. */
const server_away = new RegExp(
  [
    'ERR_CONNECTION_REFUSED',
    'ERR_CONNECTION_RESET',
    'Failed to (establish a connection|fetch|load resource)',
    'can.t establish a connection',
    'WebSocket|WebTransport',
    'NetworkError',
    'htmx:error',
    'interrupted while',
  ].join('|'),
);

function coming_back(stage, transport) {
  test(`${transport}: the page comes back by itself when the server restarts`, async () => {
    const page = await stage.open(`/echo?transport=${transport}`);
    await page.connected(transport);
    await stage.server.halt();
    await page.wait_for('the state reconnecting', () => grandstand.stats().state === 'reconnecting');
    const closed = await page.evaluate(() => grandstand.echo.last_closed());
    assert.equal(closed.by, 'peer', JSON.stringify(closed));
    assert.equal(closed.code, 1, 'the code of a server that goes away');
    assert.match(await page.text('[data-testid="transport"]'), /Reconnecting/);
    await stage.server.run();
    await page.connected(transport);
    assert.deepEqual(page.problems.take(server_away), []);
  });

  test(`${transport}: the page comes back by itself when the server is killed`, async () => {
    const page = await stage.open(`/echo?transport=${transport}`);
    await page.connected(transport);
    await stage.server.halt('SIGKILL');
    await stage.server.run();
    await page.wait_for(
      'a second connection',
      (wanted) => {
        const stats = grandstand.stats();
        return stats.connections >= 2 && stats.state === 'echo' && stats.transport === wanted;
      },
      transport,
      40_000,
    );
    assert.deepEqual(page.problems.take(server_away), []);
  });
}

in_each_browser('a visit', (stage) => {
  for (const transport of transports) {
    test(`${transport}: navigation swaps the page and keeps the connection`, async () => {
      const page = await stage.open(`/?transport=${transport}`);
      await page.connected(transport);
      await page.evaluate(() => {
        globalThis.same_document = true;
      });
      await page.click('[data-testid="create-room"]');
      await page.wait_for('the form', () => document.querySelector('main').dataset.page === 'new-room');
      assert.equal(await page.evaluate(() => location.pathname), '/rooms/new');
      await page.evaluate(() => history.back());
      await page.wait_for('the lobby', () => document.querySelector('main').dataset.page === 'lobby');
      await page.click('[data-testid="play"]');
      await in_the_world(page);
      await page.click('.room-back');
      await page.wait_for('the lobby', () => document.querySelector('main').dataset.page === 'lobby');
      await page.connected(transport);
      const { same, stats } = await page.evaluate(() => ({
        same: globalThis.same_document,
        stats: grandstand.stats(),
      }));
      assert.equal(same, true);
      assert.equal(stats.connections, 1);
      assert.deepEqual(page.problems.take(), []);
    });

    test(`${transport}: the connection page has a session of its own, and gives it back`, async () => {
      const page = await stage.open(`/?transport=${transport}`);
      await page.connected(transport);
      await page.click('#signal');
      await page.wait_for('the echo service', () => grandstand.stats().state === 'echo');
      assert.match(await page.evaluate(() => document.title), /^Your connection/);
      await page.wait_for('a verdict', () => document.querySelector('.verdict').dataset.tone === 'good');
      await page.evaluate(() => history.back());
      await page.wait_for('the lobby', () => document.querySelector('main').dataset.page === 'lobby');
      const stats = await page.connected(transport);
      assert.equal(stats.connections, 3);
      assert.deepEqual(page.problems.take(), []);
    });
    coming_back(stage, transport);
  }
});
