// One dial: WebTransport and WebSocket race, the loser is closed. WebSocket starts when WebTransport has had
// its head start without success, or has failed, or is not to be tried. Reconnecting is
// worker/connection.ts.
import type { Session, TransportKind } from './session.ts';

/** Long enough for a handshake over two oceans, short enough that nobody gives up on the page. */
export const head_start_ms = 1000;

export interface Attempt {
  transport: TransportKind;
  /** Both counted from the start of the race. */
  started_ms: number;
  ended_ms: number;
  outcome: 'won' | 'lost' | 'failed';
  reason: string;
}

export interface RaceResult {
  session: Session;
  attempts: Attempt[];
}

export class RaceError extends Error {
  override readonly name = 'RaceError';
  readonly attempts: Attempt[];

  constructor(attempts: Attempt[]) {
    super(
      attempts.map((attempt) => `${attempt.transport}: ${attempt.reason}`).join('; ') || 'nothing to dial',
    );
    this.attempts = attempts;
  }
}

export type Dial = (signal: AbortSignal) => Promise<Session>;

export interface RaceOptions {
  /** Only what may be tried. */
  dials: Partial<Record<TransportKind, Dial>>;
  now_ms: () => number;
  /** Resolves after `ms`, or early when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
}

/**
 * Resolves with the winner; rejects with RaceError when all have failed, also because `signal` ended them.
 */
export function race(options: RaceOptions): Promise<RaceResult> {
  return new Race(options).run();
}

class Race {
  readonly #options: RaceOptions;
  readonly #over = new AbortController();
  readonly #started_ms: number;
  readonly #attempts: Attempt[] = [];
  #winner: Session | null = null;

  constructor(options: RaceOptions) {
    this.#options = options;
    this.#started_ms = options.now_ms();
  }

  async run(): Promise<RaceResult> {
    const { dials, signal } = this.#options;
    const stop = () => this.#over.abort(signal.reason);
    signal.addEventListener('abort', stop);
    const runs: Promise<Session>[] = [];
    if (dials.webtransport) runs.push(this.#attempt('webtransport', dials.webtransport));
    if (dials.websocket) runs.push(this.#after_head_start(runs[0], dials.websocket));
    try {
      const session = await Promise.any(runs);
      return { session, attempts: this.#attempts };
    } catch {
      throw new RaceError(this.#attempts);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #after_head_start(first: Promise<Session> | undefined, dial: Dial): Promise<Session> {
    if (first) {
      const failed = first.then(
        () => new Promise<never>(() => {}),
        () => {},
      );
      await Promise.race([failed, this.#options.sleep(head_start_ms, this.#over.signal)]);
      this.#over.signal.throwIfAborted();
    }
    return this.#attempt('websocket', dial);
  }

  async #attempt(transport: TransportKind, dial: Dial): Promise<Session> {
    const started_ms = this.#elapsed_ms();
    const note = (outcome: Attempt['outcome'], reason: string) =>
      this.#attempts.push({ transport, started_ms, ended_ms: this.#elapsed_ms(), outcome, reason });
    let session: Session;
    try {
      session = await dial(this.#over.signal);
    } catch (failure) {
      const reason = failure instanceof Error ? failure.message : String(failure);
      note(this.#winner ? 'lost' : 'failed', reason);
      throw failure;
    }
    if (this.#winner || this.#over.signal.aborted) {
      session.close(0, 'another transport was faster');
      note('lost', 'another transport was faster');
      throw new Error('lost the race');
    }
    this.#winner = session;
    note('won', '');
    this.#over.abort(new Error('another transport was faster'));
    return session;
  }

  #elapsed_ms(): number {
    return this.#options.now_ms() - this.#started_ms;
  }
}

/** A sleep on the real clock, for `RaceOptions`. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
