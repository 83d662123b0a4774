import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PieceFetcher } from './piece_fetcher.ts';
import type { PieceAnswer, PieceSource } from './piece_source.ts';
import type { Piece, PieceError } from './playback_module.ts';

const chunk = (number: number): Piece => ({ kind: 'chunk', number });

/** Answers when the test says so. */
class Source implements PieceSource {
  asked: { number: number; fresh: boolean; answer: (answer: PieceAnswer) => void; fail: () => void }[] = [];

  facts(): Promise<null> {
    return Promise.resolve(null);
  }

  piece({ number }: Piece, fresh: boolean): Promise<PieceAnswer> {
    return new Promise((answer, reject) => {
      this.asked.push({ number, fresh, answer, fail: () => reject(new Error('no line')) });
    });
  }
}

function make(error: PieceError = 'none') {
  const source = new Source();
  const seen = { taken: [] as number[], not_yet: [] as number[], never: 0, failed: [] as PieceError[] };
  const over = new AbortController();
  const fetcher = new PieceFetcher(source, over.signal, {
    take: ({ number }) => {
      seen.taken.push(number);
      return error;
    },
    not_yet: (number) => seen.not_yet.push(number),
    never: () => {
      seen.never += 1;
    },
    failed: (failure) => seen.failed.push(failure),
  });
  return { source, seen, fetcher, over };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const here: PieceAnswer = { state: 'here', bytes: new Uint8Array(1) };

test('asks for each piece once, and for six at a time', async () => {
  const { source, seen, fetcher } = make();
  const wanted = [0, 1, 2, 3, 4, 5, 6, 7].map(chunk);
  fetcher.fetch(wanted, 0);
  fetcher.fetch(wanted, 10);
  assert.deepEqual(
    source.asked.map(({ number }) => number),
    [0, 1, 2, 3, 4, 5],
  );
  source.asked[3]?.answer(here);
  await settle();
  assert.deepEqual(seen.taken, [3]);
  fetcher.fetch(
    wanted.filter(({ number }) => number !== 3),
    20,
  );
  assert.equal(source.asked.at(-1)?.number, 6);
});

test('asks for what is not public yet when the server says so, and not before', async () => {
  const { source, seen, fetcher } = make();
  fetcher.fetch([chunk(4)], 0);
  source.asked[0]?.answer({ state: 'not_yet', after_ms: 1000 });
  await settle();
  assert.deepEqual(seen.not_yet, [4]);
  fetcher.fetch([chunk(4)], 900);
  assert.equal(source.asked.length, 1);
  fetcher.fetch([chunk(4)], 1900);
  assert.equal(source.asked.length, 2);
});

test('asks a server that does not answer more and more rarely', async () => {
  const { source, fetcher } = make();
  const tries = async (until_ms: number, from_ms: number) => {
    for (let at_ms = from_ms; at_ms < until_ms; at_ms += 100) {
      fetcher.fetch([chunk(0)], at_ms);
      for (const { fail } of source.asked) fail();
      await settle();
    }
    return source.asked.length;
  };
  const soon = await tries(4000, 0);
  assert.ok(soon >= 3 && soon <= 5, `${soon} in four seconds`);
  const later = (await tries(40_000, 4000)) - soon;
  assert.ok(later >= 4 && later <= 7, `${later} in 36 seconds`);
});

test('fetches a damaged piece anew, once, and says so then', async () => {
  const { source, seen, fetcher } = make('altered');
  fetcher.fetch([chunk(2)], 0);
  source.asked[0]?.answer(here);
  await settle();
  assert.deepEqual(seen.failed, []);
  fetcher.fetch([chunk(2)], 1000);
  assert.deepEqual(
    source.asked.map(({ fresh }) => fresh),
    [false, true],
  );
  source.asked[1]?.answer(here);
  await settle();
  assert.deepEqual(seen.failed, ['altered']);
  fetcher.fetch([chunk(2)], 2000);
  assert.equal(source.asked.length, 2);
});

test('says when there is no such piece, and nothing after its end', async () => {
  const { source, seen, fetcher, over } = make();
  fetcher.fetch([chunk(9), chunk(10)], 0);
  source.asked[0]?.answer({ state: 'never' });
  await settle();
  assert.equal(seen.never, 1);
  over.abort();
  source.asked[1]?.answer(here);
  await settle();
  assert.deepEqual(seen.taken, []);
});
