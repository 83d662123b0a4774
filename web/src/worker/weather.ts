// A bad network, made here: what passes is late, lost or doubled, in both directions. Datagrams of
// WebTransport meet all of it; streams, and everything on a WebSocket, keep their order and pay for a loss
// with the time of a retransmission. Knows no clock and no dice: those are handed in. Loaded when somebody
// asks for it (the net overlay's sliders, tests).
import type { DatagramResult, SendResult, Session, TransportKind } from '../transport/session.ts';
import type { Weather } from './messages.ts';

export type Lane = 'datagram' | 'message' | 'transfer';

export interface WeatherClock {
  now_ms(): number;
  after(ms: number, work: () => void): void;
  /** From 0 to 1, without 1. */
  random(): number;
}

/** No sender waits for less before it sends again (RFC 6298 has 1 s, kernels take 200 ms). */
const retransmission_min_ms = 200;

export const calm: Weather = { latency_ms: 0, jitter_ms: 0, loss_percent: 0, duplicate_percent: 0 };

/** One direction. */
export class Line {
  readonly #clock: WeatherClock;
  #weather = calm;
  #kind: TransportKind = 'webtransport';
  /** When the last thing of each ordered lane is there. */
  readonly #busy_until_ms = new Map<string, number>();
  #generation = 0;

  constructor(clock: WeatherClock) {
    this.#clock = clock;
  }

  set weather(weather: Weather) {
    this.#weather = weather;
  }

  /** Another connection: what is under way on the old one is gone. */
  restart(kind: TransportKind): void {
    this.#kind = kind;
    this.#generation += 1;
    this.#busy_until_ms.clear();
  }

  /** Calls `deliver` when it is there: now, later, twice or never. */
  pass(lane: Lane, deliver: () => void): void {
    const is_lost = this.#happens(this.#weather.loss_percent);
    if (this.#kind === 'webtransport' && lane === 'datagram') {
      if (is_lost) return;
      this.#deliver_after(this.#delay_ms(), deliver);
      if (this.#happens(this.#weather.duplicate_percent)) this.#deliver_after(this.#delay_ms(), deliver);
      return;
    }
    const delay_ms = this.#delay_ms() + (is_lost ? this.#retransmission_ms() : 0);
    // Transfers are streams of their own, and do not wait for each other.
    const queue = this.#kind === 'websocket' ? 'all' : lane === 'message' ? lane : null;
    if (queue === null) {
      this.#deliver_after(delay_ms, deliver);
      return;
    }
    const now_ms = this.#clock.now_ms();
    const due_ms = Math.max(now_ms + delay_ms, this.#busy_until_ms.get(queue) ?? 0);
    this.#busy_until_ms.set(queue, due_ms);
    this.#deliver_after(due_ms - now_ms, deliver);
  }

  #happens(percent: number): boolean {
    return percent > 0 && this.#clock.random() * 100 < percent;
  }

  #delay_ms(): number {
    const { latency_ms, jitter_ms } = this.#weather;
    return latency_ms + (jitter_ms > 0 ? this.#clock.random() * jitter_ms : 0);
  }

  #retransmission_ms(): number {
    const { latency_ms, jitter_ms } = this.#weather;
    return Math.max(retransmission_min_ms, 2 * (latency_ms + jitter_ms));
  }

  #deliver_after(ms: number, deliver: () => void): void {
    if (ms <= 0) {
      deliver();
      return;
    }
    const generation = this.#generation;
    this.#clock.after(ms, () => {
      if (generation === this.#generation) deliver();
    });
  }
}

/** Both directions, for one connection after the other. */
export class Storm {
  readonly down: Line;
  readonly #up: Line;

  constructor(
    clock: WeatherClock = {
      now_ms: () => performance.now(),
      after: (ms, work) => setTimeout(work, ms),
      random: Math.random,
    },
  ) {
    this.down = new Line(clock);
    this.#up = new Line(clock);
  }

  set weather(weather: Weather) {
    this.down.weather = this.#up.weather = weather;
  }

  /** The same session with a longer way to the server; what comes from there goes through `down`. */
  around(session: Session): Session {
    this.down.restart(session.transport);
    this.#up.restart(session.transport);
    return new FarSession(session, this.#up);
  }
}

class FarSession implements Session {
  readonly #near: Session;
  readonly #line: Line;
  readonly start: Session['start'];
  readonly datagram_room: Session['datagram_room'];
  readonly writable: Session['writable'];
  readonly close: Session['close'];

  constructor(near: Session, line: Line) {
    this.#near = near;
    this.#line = line;
    this.start = (events) => near.start(events);
    this.datagram_room = () => near.datagram_room();
    this.writable = () => near.writable();
    this.close = (code, reason) => near.close(code, reason);
  }

  get transport() {
    return this.#near.transport;
  }

  get traffic() {
    return this.#near.traffic;
  }

  send_datagram(payload: Uint8Array): DatagramResult {
    const copy = payload.slice();
    this.#line.pass('datagram', () => this.#near.send_datagram(copy));
    return 'sent';
  }

  send_message(text: string): SendResult {
    this.#line.pass('message', () => this.#near.send_message(text));
    return 'sent';
  }

  send_transfer(payload: Uint8Array): SendResult {
    const copy = payload.slice();
    this.#line.pass('transfer', () => this.#near.send_transfer(copy));
    return 'sent';
  }
}
