import assert from 'node:assert/strict';
import test from 'node:test';
import { lazily, type Mount } from './navigation.ts';

const nowhere = {} as HTMLElement;

function page() {
  const happened: string[] = [];
  const mount: Mount = () => {
    happened.push('mounted');
    return () => happened.push('ended');
  };
  let arrive = (_mount: Mount) => {};
  const load = () => new Promise<Mount>((resolve) => (arrive = resolve));
  return { happened, end: lazily(load)(nowhere), arrive: () => arrive(mount) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a page whose script comes late is mounted and ended', async () => {
  const { happened, end, arrive } = page();
  arrive();
  await turn();
  end();
  assert.deepEqual(happened, ['mounted', 'ended']);
});

test('a page that was left before its script came is never mounted', async () => {
  const { happened, end, arrive } = page();
  end();
  arrive();
  await turn();
  assert.deepEqual(happened, []);
});
