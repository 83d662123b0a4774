import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Camera } from '../render/draw_list.ts';
import { Eye, zoom_max } from './eye.ts';

const field: Camera = { x: 0, y: 0, height: 20, clear: [0, 0, 0, 255] };

test('shows what the game shows until somebody comes nearer', () => {
  const eye = new Eye();
  assert.deepEqual(eye.look(field, 2, false, 0), field);
  eye.pan([0.5, 0.5]);
  assert.deepEqual(eye.look(field, 2, false, 16), field);
});

test('comes nearer to the place under the pointer', () => {
  const eye = new Eye();
  eye.look(field, 2, false, 0);
  eye.zoom_by(2, [0.75, 0.5]);
  const { x, y, height } = eye.look(field, 2, false, 16);
  assert.deepEqual({ x, y, height }, { x: 5, y: 0, height: 10 });
  // That place is where it was: 0.75 of the width.
  assert.equal(x + 0.25 * height * 2, 10);
});

test('never leaves what the game shows, nor comes too near', () => {
  const eye = new Eye();
  eye.look(field, 2, false, 0);
  eye.zoom_by(2, [0.5, 0.5]);
  eye.look(field, 2, false, 16);
  for (let drag = 0; drag < 10; drag += 1) {
    eye.pan([-1, -1]);
    eye.look(field, 2, false, 32);
  }
  const { x, y } = eye.look(field, 2, false, 48);
  assert.deepEqual([x, y], [10, 5]);
  eye.zoom_by(1000, [0.5, 0.5]);
  assert.equal(eye.look(field, 2, false, 64).height, 20 / zoom_max);
  eye.zoom_by(0.0001, [0.5, 0.5]);
  assert.deepEqual(eye.look(field, 2, false, 80), field);
});

test('stays with who is followed', () => {
  const eye = new Eye();
  eye.look(field, 2, false, 0);
  eye.zoom_by(2, [0.9, 0.9]);
  const { x, y, height } = eye.look({ ...field, x: 3, y: 4 }, 2, true, 16);
  assert.deepEqual({ x, y, height }, { x: 3, y: 4, height: 10 });
});

test('goes to another picture smoothly, and at once for who wants no motion', () => {
  const eye = new Eye();
  eye.look(field, 2, false, 0);
  eye.blend(0);
  const half = eye.look({ ...field, x: 10 }, 2, true, 130);
  assert.ok(half.x > 3 && half.x < 7, `${half.x}`);
  assert.equal(eye.look({ ...field, x: 10 }, 2, true, 300).x, 10);
  eye.is_calm = true;
  eye.blend(400);
  assert.equal(eye.look(field, 2, false, 401).x, 0);
});
