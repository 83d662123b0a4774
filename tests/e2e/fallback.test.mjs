// Where UDP does not get through, the page plays over WebSocket, soon, and says what is blocked.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { in_each_browser } from './support/each.mjs';
import { closed_udp_port, silent_udp_port } from './support/server.mjs';

const fallback_ms_max = 2000;

/** What browsers themselves say on the console about a dial that failed. */
const dial_failed = /Failed to establish a connection|WebTransport/;

async function falls_back(stage) {
  const page = await stage.open('/echo');
  const stats = await page.connected('websocket');
  assert.ok(stats.dial_ms <= fallback_ms_max, `the dial took ${stats.dial_ms} ms`);
  const verdict = await page.wait_for(
    'the verdict',
    () =>
      document.querySelector('.verdict').dataset.tone === 'fair' &&
      document.querySelector('[data-testid="echo-verdict"]').textContent,
  );
  assert.match(verdict, /You can still play; it uses WebSocket\./);
  const udp = await page.evaluate(() => document.querySelector('[data-check="udp"]').dataset.state);
  assert.equal(udp, 'bad');
  assert.deepEqual(page.problems.take(dial_failed), []);
  return { page, verdict };
}

const silent = await silent_udp_port();
after(() => silent.close());

in_each_browser(
  'UDP is swallowed',
  (stage) => {
    test('WebSocket is there within two seconds, and the network is named as the cause', async () => {
      const { page, verdict } = await falls_back(stage);
      assert.match(verdict, new RegExp(`blocks UDP ${silent.port}`));
      // The second dial of the visit remembers and does not wait.
      await page.evaluate(() => grandstand.echo.reconnect());
      const again = await page.wait_for('a second connection', () => {
        const stats = grandstand.stats();
        return stats.connections >= 2 && stats.state === 'echo' && stats;
      });
      assert.equal(again.transport, 'websocket');
      const attempts = await page.evaluate(() => grandstand.echo.last_dial().attempts);
      assert.deepEqual(
        attempts.map(({ transport, outcome }) => [transport, outcome]),
        [['websocket', 'won']],
      );
    });

    test('who forces WebTransport is told the way out', async () => {
      const page = await stage.open('/echo?transport=webtransport');
      await page.wait_for('the advice', () =>
        document.querySelector('[data-echo="verdict-advice"]').textContent.includes('Best'),
      );
      assert.notEqual(await page.evaluate(() => grandstand.stats().state), 'echo');
      await page.click('.roads input[value="auto"]');
      await page.connected('websocket');
    });
  },
  { flags: async () => ['--quic-public-port', String(silent.port)] },
);

in_each_browser(
  'the UDP port is closed',
  (stage) => {
    test('WebSocket is there within two seconds', async () => {
      await falls_back(stage);
    });
  },
  { flags: async () => ['--quic-public-port', String(await closed_udp_port())] },
);
