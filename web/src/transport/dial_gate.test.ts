import assert from 'node:assert/strict';
import test from 'node:test';
import { DialGate } from './dial_gate.ts';
import type { Session } from './session.ts';

/** Dials that end when the test says so, in the order they were begun. */
function counted_dials() {
  const begun: { succeed: () => void; fail: () => void }[] = [];
  const dial = () =>
    new Promise<Session>((resolve, reject) => {
      begun.push({ succeed: () => resolve({} as Session), fail: () => reject(new Error('refused')) });
    });
  return { begun, dial };
}

const flush = () => new Promise((resolve) => setImmediate(resolve));

test('a dial waits for the one before it, however that ends', async () => {
  const gate = new DialGate();
  const { begun, dial } = counted_dials();
  const { signal } = new AbortController();
  const alone = gate.alone('webtransport', dial);
  const dials = [alone(signal), alone(signal), alone(signal)];
  const ends = Promise.allSettled(dials);
  await flush();
  assert.equal(begun.length, 1);
  begun[0]?.fail();
  await flush();
  assert.equal(begun.length, 2);
  begun[1]?.succeed();
  await flush();
  assert.equal(begun.length, 3);
  begun[2]?.succeed();
  assert.deepEqual(
    (await ends).map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled'],
  );
});

test('transports do not wait for each other', async () => {
  const gate = new DialGate();
  const { begun, dial } = counted_dials();
  const { signal } = new AbortController();
  gate.alone('webtransport', dial)(signal);
  gate.alone('websocket', dial)(signal);
  await flush();
  assert.equal(begun.length, 2);
});

test('a dial that was given up while it waited is never begun', async () => {
  const gate = new DialGate();
  const { begun, dial } = counted_dials();
  const given_up = new AbortController();
  gate.alone('websocket', dial)(new AbortController().signal);
  const waiting = gate.alone('websocket', dial)(given_up.signal);
  given_up.abort(new Error('given up'));
  await flush();
  begun[0]?.succeed();
  await assert.rejects(waiting, /given up/);
  assert.equal(begun.length, 1);
});
