import assert from 'node:assert/strict';
import test from 'node:test';
import { buttons } from './bindings.ts';
import { pad_state, stick } from './gamepad.ts';

const pad = (axes: number[], pressed: number[] = []) =>
  ({
    axes,
    buttons: Array.from({ length: 17 }, (_, index) => ({ pressed: pressed.includes(index) })),
  }) as unknown as Gamepad;

test('a stick that rests is at zero, and one at its rim is all the way', () => {
  assert.deepEqual(stick(0.1, -0.12), [0, 0]);
  assert.deepEqual(stick(0, 1), [0, 1]);
  assert.deepEqual(stick(Number.NaN, 0), [0, 0]);
  const [x, y] = stick(0.9, 0.9);
  assert.ok(Math.abs(Math.hypot(x, y) - 1) < 0.02);
});

test('left moves, right aims, and the pad is a stick, too', () => {
  assert.deepEqual(pad_state(pad([1, 0, 0, -1])).move, [1, 0]);
  assert.deepEqual(pad_state(pad([1, 0, 0, -1])).aim, [0, -0.9]);
  assert.deepEqual(pad_state(pad([0, 0, 0, 0], [12])).move, [0, -1]);
});

test('buttons are actions', () => {
  assert.equal(pad_state(pad([0, 0, 0, 0], [0, 6])).held, buttons.action_5 | buttons.action_6);
  assert.equal(pad_state(pad([0, 0, 0, 0], [16])).held, 0);
});
