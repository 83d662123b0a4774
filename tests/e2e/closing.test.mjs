// Close codes and reasons reach the other side, over both transports.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_each_browser, transports } from './support/each.mjs';

/** What is no message of the protocol is answered by an end with a code and a reason. */
const bad_message = 4;

/** Runs in the page: dials the rooms' address by hand, says something else than hello, gives how it was closed. */
async function knock(transport) {
  const ticket = '{"ticket":"none"}';
  const answer = await fetch('/api/v1/transport');
  const directory = await answer.json();
  if (transport === 'websocket') {
    const socket = new WebSocket(directory.websocket.url);
    socket.onopen = () => socket.send(ticket);
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
  const { writable } = await connection.createBidirectionalStream();
  const length = Uint8Array.of(ticket.length, 0, 0, 0);
  await writable.getWriter().write(Uint8Array.of(...length, ...new TextEncoder().encode(ticket)));
  const { closeCode, reason } = await connection.closed;
  return { code: closeCode, reason };
}

in_each_browser('closing', (stage) => {
  for (const transport of transports) {
    test(`${transport}: the server’s code and reason reach the page`, async () => {
      const page = await stage.open('/');
      const { code, reason } = await page.evaluate(knock, transport);
      assert.equal(code, bad_message);
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
  }
});
