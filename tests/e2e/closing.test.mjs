// Close codes and reasons reach the other side, over both transports.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_each_browser, transports } from './support/each.mjs';

/** Without a ticket the rooms' own address turns visitors away, with a code and a reason. */
const no_rooms = 3;

/** Runs in the page: dials the rooms' address by hand and gives how it was closed. */
async function knock(transport) {
  const answer = await fetch('/api/v1/transport');
  const directory = await answer.json();
  if (transport === 'websocket') {
    const socket = new WebSocket(directory.websocket.url);
    return new Promise((resolve) => {
      socket.onclose = ({ code, reason }) => resolve({ code: code - 4000, reason });
    });
  }
  const hashes = directory.webtransport.certificate_hashes.map((text) => ({
    algorithm: 'sha-256',
    value: Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
  }));
  const connection = new WebTransport(directory.webtransport.url, { serverCertificateHashes: hashes });
  await connection.ready;
  const { closeCode, reason } = await connection.closed;
  return { code: closeCode, reason };
}

in_each_browser('closing', (stage) => {
  for (const transport of transports) {
    test(`${transport}: the server’s code and reason reach the page`, async () => {
      const page = await stage.open('/');
      const { code, reason } = await page.evaluate(knock, transport);
      assert.equal(code, no_rooms);
      assert.notEqual(reason, '');
    });

    test(`${transport}: the page closes with a code and stays closed until asked`, async () => {
      const page = await stage.open(`/echo?transport=${transport}`);
      await page.connected(transport);
      const closed = await page.evaluate(() => grandstand.echo.close(7, 'enough for today'));
      assert.deepEqual(closed, {
        by: 'us',
        code: 7,
        reason: 'enough for today',
        transport,
        will_reconnect: false,
      });
      await page.wait_for('the state closed', () => grandstand.stats().state === 'closed');
      assert.match(await page.text('[data-testid="echo-closed"]'), /code 7.*enough for today/);
      assert.equal(await page.text('[data-testid="transport"]'), 'Not connected');
      await page.click('[data-action="reconnect"]');
      await page.connected(transport);
      assert.deepEqual(page.problems.take(), []);
    });

    test(`${transport}: the server counts one session while the page is there, none after it left`, async () => {
      const page = await stage.open(`/echo?transport=${transport}`);
      await page.connected(transport);
      await stage.server.sessions(transport, 1);
      await page.goto('about:blank');
      await stage.server.sessions(transport, 0);
    });
  }
});
