import assert from 'node:assert/strict';
import test from 'node:test';
import { default_bindings, parse_bindings } from './bindings.ts';
import { key_words, keys_of, may_bind, rebind, unbind } from './rebinding.ts';

test('a key that is bound anew does one thing, and says what it did before', () => {
  const { bindings, taken_from } = rebind(default_bindings, 'up', 'KeyE', 'KeyW');
  assert.equal(taken_from, 'action_6');
  assert.deepEqual(keys_of(bindings, 'up').sort(), ['ArrowUp', 'KeyE']);
  assert.equal(bindings.KeyW, undefined);
  assert.deepEqual(keys_of(bindings, 'action_6'), ['Mouse2']);
});

test('binding a key to what it does already is no conflict', () => {
  const { bindings, taken_from } = rebind(default_bindings, 'up', 'KeyW', 'ArrowUp');
  assert.equal(taken_from, null);
  assert.deepEqual(keys_of(bindings, 'up'), ['KeyW']);
});

test('a key can be left without a meaning', () => {
  assert.deepEqual(keys_of(unbind(default_bindings, 'Space'), 'action_5'), ['Mouse0']);
});

test('the keys of the page and of the browser stay theirs', () => {
  for (const code of ['Escape', 'Tab', 'F3', 'F11', 'MetaLeft', 'Enter', ''])
    assert.equal(may_bind(code), false);
  for (const code of ['KeyF', 'Space', 'ShiftRight', 'Comma']) assert.equal(may_bind(code), true);
});

test('what was stored by somebody else is the default', () => {
  for (const text of [null, '', '{', '[]', '7', '{"KeyW":"fly"}', '{"a b":"up"}']) {
    assert.equal(parse_bindings(text), default_bindings, String(text));
  }
  assert.deepEqual(parse_bindings('{"KeyI":"up","KeyW":"fly"}'), { KeyI: 'up' });
});

test('keys have short names', () => {
  assert.deepEqual(['KeyW', 'Digit1', 'Numpad4', 'ArrowUp', 'Mouse0', 'Space'].map(key_words), [
    'W',
    '1',
    'Pad 4',
    '↑',
    'Left mouse',
    'Space',
  ]);
});
