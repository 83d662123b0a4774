import assert from 'node:assert/strict';
import test from 'node:test';
import { type Dial, head_start_ms, RaceError, type RaceOptions, race } from './dialer.ts';
import { new_traffic, type Session, type TransportKind } from './session.ts';

class FakeSession implements Session {
  readonly traffic = new_traffic();
  readonly transport: TransportKind;
  closed_with: string | null = null;

  constructor(transport: TransportKind) {
    this.transport = transport;
  }

  start() {}
  send_datagram() {
    return 'sent' as const;
  }
  async datagram_room() {}
  send_message() {
    return 'sent' as const;
  }
  send_transfer() {
    return 'sent' as const;
  }
  async writable() {}
  close(_code: number, reason: string) {
    this.closed_with = reason;
  }
}

/** A clock that moves when the test says so. */
class FakeTime {
  now = 0;
  #sleepers: { due_ms: number; wake: () => void }[] = [];

  sleep = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      this.#sleepers.push({ due_ms: this.now + ms, wake: resolve });
      signal.addEventListener('abort', () => resolve());
    });

  async advance(ms: number) {
    this.now += ms;
    for (const { due_ms, wake } of this.#sleepers) if (due_ms <= this.now) wake();
    await flush();
  }
}

/** Lets all promises that can settle do so. */
async function flush() {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** A dial that the test ends. Gives up when the race is over, as the real ones do. */
class FakeDial {
  readonly session: FakeSession;
  started = false;
  #settle: { resolve: (session: Session) => void; reject: (failure: Error) => void } | null = null;

  constructor(transport: TransportKind) {
    this.session = new FakeSession(transport);
  }

  dial: Dial = (signal) =>
    new Promise((resolve, reject) => {
      this.started = true;
      this.#settle = { resolve, reject };
      signal.addEventListener('abort', () => reject(signal.reason));
    });

  async succeed() {
    this.#settle?.resolve(this.session);
    await flush();
  }

  async fail(reason: string) {
    this.#settle?.reject(new Error(reason));
    await flush();
  }
}

function setup() {
  const time = new FakeTime();
  const webtransport = new FakeDial('webtransport');
  const websocket = new FakeDial('websocket');
  const given_up = new AbortController();
  const options: RaceOptions = {
    dials: { webtransport: webtransport.dial, websocket: websocket.dial },
    now_ms: () => time.now,
    sleep: time.sleep,
    signal: given_up.signal,
  };
  return { time, webtransport, websocket, given_up, options };
}

test('WebTransport within its head start wins without a second dial', async () => {
  const { time, webtransport, websocket, options } = setup();
  const result = race(options);
  await time.advance(head_start_ms - 1);
  await webtransport.succeed();
  const { session, attempts } = await result;
  await flush();
  assert.equal(session, webtransport.session);
  assert.equal(websocket.started, false);
  assert.deepEqual(
    attempts.map(({ transport, outcome }) => [transport, outcome]),
    [['webtransport', 'won']],
  );
});

test('WebSocket starts after the head start and the loser is given up', async () => {
  const { time, webtransport, websocket, options } = setup();
  const result = race(options);
  await time.advance(head_start_ms - 1);
  assert.equal(websocket.started, false);
  await time.advance(1);
  assert.equal(websocket.started, true);
  await websocket.succeed();
  const { session, attempts } = await result;
  await flush();
  assert.equal(session, websocket.session);
  assert.equal(webtransport.session.closed_with, null);
  assert.deepEqual(
    attempts.map(({ transport, started_ms, outcome }) => [transport, started_ms, outcome]),
    [
      ['websocket', head_start_ms, 'won'],
      ['webtransport', 0, 'lost'],
    ],
  );
});

test('WebSocket starts at once when WebTransport fails', async () => {
  const { webtransport, websocket, options } = setup();
  const result = race(options);
  await webtransport.fail('refused');
  assert.equal(websocket.started, true);
  await websocket.succeed();
  assert.equal((await result).session, websocket.session);
});

test('WebSocket starts at once when WebTransport is not tried', async () => {
  const { websocket, options } = setup();
  const result = race({ ...options, dials: { websocket: websocket.dial } });
  assert.equal(websocket.started, true);
  await websocket.succeed();
  assert.equal((await result).session, websocket.session);
});

test('a late WebTransport still wins when it is first', async () => {
  const { time, webtransport, websocket, options } = setup();
  const result = race(options);
  await time.advance(head_start_ms);
  await webtransport.succeed();
  assert.equal((await result).session, webtransport.session);
  await websocket.succeed();
});

test('a session that opens after the race is closed', async () => {
  const { webtransport, websocket, options } = setup();
  // Does not listen to the signal: the handshake was over already.
  const deaf: Dial = () =>
    new Promise((resolve) => {
      late = () => resolve(webtransport.session);
    });
  let late = () => {};
  const result = race({
    ...options,
    dials: { webtransport: deaf, websocket: websocket.dial },
    sleep: async () => {},
  });
  await flush();
  await websocket.succeed();
  await result;
  late();
  await flush();
  assert.notEqual(webtransport.session.closed_with, null);
});

test('a race that nobody wins says why', async () => {
  const { webtransport, websocket, options } = setup();
  const result = race(options);
  await webtransport.fail('no UDP');
  await websocket.fail('no TCP');
  await assert.rejects(result, (failure: RaceError) => {
    assert.ok(failure instanceof RaceError);
    assert.match(failure.message, /no UDP.*no TCP/);
    assert.equal(failure.attempts.length, 2);
    return true;
  });
});

test('giving up ends all dials', async () => {
  const { given_up, options } = setup();
  const result = race(options);
  given_up.abort(new Error('given up'));
  await assert.rejects(result, RaceError);
});

test('nothing to dial is a failure, not a wait', async () => {
  const { options } = setup();
  await assert.rejects(race({ ...options, dials: {} }), /nothing to dial/);
});
