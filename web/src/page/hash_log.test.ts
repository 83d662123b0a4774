import assert from 'node:assert/strict';
import test from 'node:test';
import { HashLog } from './hash_log.ts';

test('the last ten seconds are kept', () => {
  const log = new HashLog();
  const place = { room: 'room', epoch: 0 };
  for (let tick = 0; tick <= 60 * 30; tick += 60) log.add(place, [[tick, `h${tick}`]]);
  assert.equal(log.at(60 * 30), 'h1800');
  assert.equal(log.at(60 * 20), 'h1200');
  assert.equal(log.at(60 * 19), undefined);
  assert.equal(log.at(1), undefined);
});

test('another room has its own', () => {
  const log = new HashLog();
  log.add({ room: 'a', epoch: 0 }, [[60, 'x']]);
  log.add({ room: null, epoch: null }, []);
  assert.equal(log.at(60), 'x');
  log.add({ room: 'b', epoch: 0 }, [[120, 'y']]);
  assert.equal(log.at(60), undefined);
  assert.equal(log.at(120), 'y');
});

test('nothing is left of ticks that may have been taken back', () => {
  const log = new HashLog();
  log.add({ room: 'a', epoch: 0 }, [
    [480, 'x'],
    [540, 'y'],
  ]);
  // By a keyframe behind 480, which itself is not simulated again.
  log.add({ room: 'a', epoch: 1 }, [[540, 'z']]);
  assert.equal(log.at(480), undefined);
  assert.equal(log.at(540), 'z');
});
