import assert from 'node:assert/strict';
import test from 'node:test';
import { HashLog } from './hash_log.ts';

test('the last ten seconds are kept', () => {
  const log = new HashLog();
  for (let tick = 0; tick <= 60 * 30; tick += 60) log.add('room', [[tick, `h${tick}`]]);
  assert.equal(log.at(60 * 30), 'h1800');
  assert.equal(log.at(60 * 20), 'h1200');
  assert.equal(log.at(60 * 19), undefined);
  assert.equal(log.at(1), undefined);
});

test('another room has its own', () => {
  const log = new HashLog();
  log.add('a', [[60, 'x']]);
  log.add(null, []);
  assert.equal(log.at(60), 'x');
  log.add('b', [[120, 'y']]);
  assert.equal(log.at(60), undefined);
  assert.equal(log.at(120), 'y');
});
