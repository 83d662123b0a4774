import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { marks_after, may_load_anew } from './load_anew.ts';

/** What node does not have. */
function with_storage(storage: Partial<Storage>): void {
  Object.defineProperty(globalThis, 'sessionStorage', { value: storage, configurable: true });
}

function memory(): Partial<Storage> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

afterEach(() => with_storage(memory()));

test('each thing that does not fit loads the page anew once', () => {
  with_storage(memory());
  assert.equal(may_load_anew('/assets/pong-1.wasm interface 4 instead of 3'), true);
  assert.equal(may_load_anew('/assets/pong-1.wasm interface 4 instead of 3'), false);
  assert.equal(may_load_anew('/assets/pong-2.wasm interface 4 instead of 3'), true);
  // Two servers of different versions behind one address do not send it to and fro.
  assert.equal(may_load_anew('/assets/pong-1.wasm interface 4 instead of 3'), false);
  assert.equal(may_load_anew('/assets/pong-2.wasm interface 4 instead of 3'), false);
});

test('whatever differs each time comes to an end, too', () => {
  with_storage(memory());
  let loads = 0;
  while (loads < 1000 && may_load_anew(`rules ${loads}`)) loads += 1;
  assert.equal(loads, 16);
});

test('where nothing can be remembered the page is never loaded anew by itself', () => {
  const forbidden = () => {
    throw new DOMException('no', 'SecurityError');
  };
  with_storage({ getItem: forbidden, setItem: forbidden });
  assert.equal(may_load_anew('rules'), false);
  with_storage({ getItem: () => null, setItem: () => {} });
  assert.equal(may_load_anew('rules'), false);
});

test('marks keep their order and are not confused with parts of others', () => {
  assert.equal(marks_after(null, 'rules 1'), 'rules 1');
  assert.equal(marks_after('rules 12', 'rules 1'), 'rules 12\nrules 1');
  assert.equal(marks_after('rules 12\nrules 1', 'rules 12'), null);
});
