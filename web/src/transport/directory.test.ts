import assert from 'node:assert/strict';
import test from 'node:test';
import { DirectoryError, parse_directory } from './directory.ts';

const hash = Buffer.alloc(32, 7).toString('base64');

test('reads URLs and hashes', () => {
  const directory = parse_directory({
    webtransport: { url: 'https://example.test:8443/wt', certificate_hashes: [hash] },
    websocket: { url: 'ws://example.test/ws' },
  });
  assert.equal(directory.webtransport?.url, 'https://example.test:8443/wt');
  assert.deepEqual(directory.webtransport?.certificate_hashes, [new Uint8Array(32).fill(7)]);
  assert.equal(directory.websocket?.url, 'ws://example.test/ws');
});

test('either transport may be missing, not both', () => {
  assert.equal(
    parse_directory({ webtransport: null, websocket: { url: 'wss://a.test/ws' } }).webtransport,
    null,
  );
  assert.equal(parse_directory({ webtransport: { url: 'https://a.test/wt' } }).websocket, null);
  assert.throws(() => parse_directory({ webtransport: null }), DirectoryError);
});

test('refuses everything else', () => {
  const bad = [
    null,
    7,
    'text',
    [],
    {},
    { websocket: { url: 'javascript:alert(1)' } },
    { webtransport: { url: 'http://a.test/wt' } },
    { webtransport: { url: 'https://a.test/wt', certificate_hashes: 'x' } },
    { webtransport: { url: 'https://a.test/wt', certificate_hashes: [7] } },
    { webtransport: { url: 'https://a.test/wt', certificate_hashes: [btoa('short')] } },
  ];
  for (const json of bad) assert.throws(() => parse_directory(json), DirectoryError, JSON.stringify(json));
});
