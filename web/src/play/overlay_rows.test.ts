import assert from 'node:assert/strict';
import test from 'node:test';
import { no_stats } from '../page/connection_client.ts';
import { overlay_rows } from './overlay_rows.ts';

const words = (change: Partial<typeof no_stats>) =>
  Object.fromEntries(overlay_rows({ ...no_stats, ...change }));

test('what is not known is a dash', () => {
  const rows = words({});
  for (const name of ['transport', 'round trip', 'tick', 'confirmed', 'behind', 'renderer']) {
    assert.equal(rows[name], '–', name);
  }
});

test('numbers have their units', () => {
  const rows = words({
    transport: 'webtransport',
    rtt_ms: 12.34,
    jitter_ms: 1.26,
    loss_percent: 5,
    delay_ms: 49.6,
    bytes_in_per_s: 4321,
    bytes_out_per_s: 870,
    renderer: 'webgl2',
  });
  assert.equal(rows.transport, 'WebTransport');
  assert.equal(rows['round trip'], '12 ± 1.3 ms');
  assert.equal(rows.loss, '5.0 %');
  assert.equal(rows.behind, '50 ms');
  assert.equal(rows.in, '4.3 kB/s');
  assert.equal(rows.out, '870 B/s');
  assert.equal(rows.renderer, 'WebGL2');
});
