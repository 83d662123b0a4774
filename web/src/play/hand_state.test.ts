import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { buttons, default_bindings, is_action } from './bindings.ts';
import { HandState, stick_of } from './hand_state.ts';

// The tests run in build/web-test.
const header = readFileSync(join(process.cwd(), '../../core/game/controls.h'), 'utf8');

test('buttons have the bits of the header', () => {
  const there = [...header.matchAll(/(\w+) = 1 << (\d+)/g)].map(([, name, bit]) => [name, 1 << Number(bit)]);
  assert.deepEqual(buttons, Object.fromEntries(there));
  assert.ok(Object.values(default_bindings).every(is_action));
});

test('a press between two looks is told, and once', () => {
  const hands = new HandState();
  hands.key_down('Digit1');
  hands.key_up('Digit1');
  assert.deepEqual(
    [hands.take(), hands.take()].map(({ held, pressed }) => [held, pressed]),
    [
      [0, buttons.action_1],
      [0, 0],
    ],
  );
});

test('a key that repeats is one press', () => {
  const hands = new HandState();
  hands.key_down('Space');
  hands.take();
  hands.key_down('Space');
  assert.deepEqual(hands.take(), {
    held: buttons.action_5,
    pressed: 0,
    move: [0, 0],
    pointer: null,
    aim: [0, 0],
  });
});

test('two directions together are not faster than one, and opposite ones stand still', () => {
  const hands = new HandState();
  hands.key_down('KeyW');
  hands.key_down('ArrowRight');
  const [x, y] = hands.take().move;
  assert.ok(Math.abs(Math.hypot(x, y) - 1) < 1e-9);
  hands.key_down('KeyA');
  assert.deepEqual(hands.take().move, [0, -1]);
});

test('keys without a meaning are left to the page', () => {
  const hands = new HandState();
  assert.equal(hands.key_down('KeyZ'), false);
  assert.equal(hands.key_down('Tab'), false);
});

test('two fingers on one button: it is held until both are gone', () => {
  const hands = new HandState();
  hands.button_down('action_2');
  hands.button_down('action_2');
  hands.button_up('action_2');
  assert.equal(hands.take().held, buttons.action_2);
  hands.button_up('action_2');
  assert.equal(hands.take().held, 0);
});

test('who leaves lets go of everything', () => {
  const hands = new HandState();
  hands.key_down('KeyD');
  hands.button_down('action_1');
  hands.pointer_down([0.1, 0.2]);
  hands.set_stick([0, 1]);
  hands.release_all();
  assert.deepEqual(hands.take(), { held: 0, pressed: 0, move: [0, 0], pointer: [0.1, 0.2], aim: [0, 0] });
});

test('the stick has an end and a quiet middle', () => {
  assert.deepEqual(stick_of([100, 100], [104, 98], 56), [0, 0]);
  assert.deepEqual(stick_of([100, 100], [128, 100], 56), [0.5, 0]);
  assert.deepEqual(stick_of([100, 100], [100, 500], 56), [0, 1]);
});

test('who aims with a stick does not point any more', () => {
  const hands = new HandState();
  hands.set_pointer([0.1, 0.2]);
  hands.set_aim([0.6, -0.8]);
  assert.deepEqual(hands.take(), { held: 0, pressed: 0, move: [0, 0], pointer: null, aim: [0.6, -0.8] });
});

test('a gamepad is one hand among others', () => {
  const hands = new HandState();
  hands.key_down('KeyD');
  assert.equal(hands.set_pad({ held: buttons.action_1, move: [0, 1], aim: [0, 0] }), true);
  const [first, second] = [hands.take(), hands.take()];
  assert.equal(first.held, buttons.action_1);
  assert.deepEqual([first.pressed, second.pressed], [buttons.action_1, 0]);
  assert.ok(Math.abs(Math.hypot(...first.move) - 1) < 1e-9);
  assert.equal(hands.set_pad({ held: buttons.action_1, move: [0, 1], aim: [0, 0] }), false);
});

test('keys that were bound anew count from the next press on', () => {
  const hands = new HandState();
  hands.key_down('KeyW');
  hands.set_bindings({ KeyI: 'up', KeyW: 'action_1' });
  assert.deepEqual(hands.take().move, [0, 0]);
  hands.key_down('KeyI');
  hands.key_down('KeyW');
  const { move, held } = hands.take();
  assert.deepEqual([move, held], [[0, -1], buttons.action_1]);
});
