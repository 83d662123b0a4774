import assert from 'node:assert/strict';
import test from 'node:test';
import { Sharpness } from './sharpness.ts';

/** Draws `count` frames, one every `every_ms`; gives the time after them. */
function draw(sharpness: Sharpness, from_ms: number, every_ms: number, count: number): number {
  let now_ms = from_ms;
  for (let frame = 0; frame < count; frame += 1) {
    now_ms += every_ms;
    sharpness.on_frame(now_ms);
  }
  return now_ms;
}

test('frames in time have all pixels', () => {
  const sharpness = new Sharpness();
  draw(sharpness, 0, 16.7, 1000);
  assert.equal(sharpness.share, 1);
  assert.equal(sharpness.is_hopeless, false);
});

test('slow frames have fewer and fewer, down to a third', () => {
  const sharpness = new Sharpness();
  const shares = [0, 1, 2, 3].map((round) => {
    draw(sharpness, round * 1000, 100, 9);
    return sharpness.share;
  });
  assert.deepEqual(shares, [0.7, 0.5, 0.35, 0.35]);
  assert.equal(sharpness.is_hopeless, true);
});

test('one slow frame, and a pause, change nothing', () => {
  const sharpness = new Sharpness();
  let now_ms = draw(sharpness, 0, 16, 100);
  for (let round = 0; round < 50; round += 1) {
    now_ms = draw(sharpness, now_ms, 200, 1);
    now_ms = draw(sharpness, now_ms, 16, 10);
  }
  draw(sharpness, now_ms, 5000, 20);
  assert.equal(sharpness.share, 1);
});

test('all pixels come back, and after trouble more slowly', () => {
  const sharpness = new Sharpness();
  let now_ms = draw(sharpness, 0, 100, 9);
  assert.equal(sharpness.share, 0.7);
  now_ms = draw(sharpness, now_ms, 16, 11_000 / 16);
  assert.equal(sharpness.share, 1);
  now_ms = draw(sharpness, now_ms, 100, 9);
  now_ms = draw(sharpness, now_ms, 16, 11_000 / 16);
  assert.equal(sharpness.share, 0.7);
  draw(sharpness, now_ms, 16, 11_000 / 16);
  assert.equal(sharpness.share, 1);
});
