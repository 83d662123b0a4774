// The parts of the page benchmark that could count wrongly.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { entry_of, median } from '../report.mjs';
import { CountingProxy, kind_of, measured } from './counting_proxy.mjs';

test('the median is the middle one, or between the two in the middle', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 2, 9]), 3);
});

test('a row without a floor has no ratio', () => {
  assert.deepEqual(entry_of({ name: 'a', value: 6, unit: 'ms', floor: 2 }), {
    name: 'a',
    value: 6,
    unit: 'ms',
    note: '',
    floor: 2,
    ratio: 3,
  });
  assert.deepEqual(Object.keys(entry_of({ name: 'a', value: 6, unit: 'ms' })), [
    'name',
    'value',
    'unit',
    'note',
  ]);
});

test('kinds are told by media type', () => {
  assert.equal(kind_of('text/html; charset=utf-8'), 'document');
  assert.equal(kind_of('text/javascript; charset=utf-8'), 'script');
  assert.equal(kind_of('application/wasm'), 'wasm');
  assert.equal(kind_of('application/json'), 'data');
  assert.equal(kind_of(undefined), 'data');
});

test('a body is measured as sent, as read, and as gzip', () => {
  const plain = Buffer.from('seat '.repeat(1000));
  const sent = brotliCompressSync(plain);
  const { bytes, plain_bytes, gzip_bytes } = measured(sent, 'br');
  assert.equal(bytes, sent.length);
  assert.equal(plain_bytes, 5000);
  assert.ok(gzip_bytes < 100);
  assert.deepEqual(measured(Buffer.from('x')), { bytes: 1, plain_bytes: 1, gzip_bytes: 1 });
});

test('the proxy passes answers on as they are, and notes them', async () => {
  const sent = brotliCompressSync(Buffer.from('seat '.repeat(1000)));
  const server = createServer((request, response) => {
    const accepted = request.headers['accept-encoding'];
    response.writeHead(accepted === 'br' ? 200 : 406, {
      'content-type': 'text/css',
      'content-encoding': 'br',
    });
    response.end(sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await CountingProxy.start();
  proxy.target = `http://127.0.0.1:${server.address().port}`;
  const answer = await fetch(`${proxy.url}/a.css?b`, { headers: { 'accept-encoding': 'br' } });
  assert.equal((await answer.text()).length, 5000);
  await proxy.quiet(10);
  const [noted, ...others] = proxy.take();
  assert.deepEqual(others, []);
  assert.equal(noted.url, '/a.css?b');
  assert.equal(noted.kind, 'style');
  assert.equal(noted.status, 200);
  assert.equal(noted.bytes, sent.length);
  await proxy.stop();
  server.close();
});
