// Measures a connection by datagrams that the other side sends back: round trip, jitter, loss. Also the sign
// of life that both sides need. Pure: the caller sends the bytes and says what time it is.
import type { PingSample, Service } from './messages.ts';

/** A ping that is not back by then is lost. */
const lost_after_ms = 2000;

/** Loss is told over this many finished pings. */
const window_pings = 100;

/** Samples kept for whoever collects them; older ones go. */
const samples_max = 600;

const ping_bytes = 8;
const ping_mark = 0x47530001;

/** Types of datagrams between a page and rooms (docs/protocol.md). */
const type_ping = 3;
const type_pong = 4;

/** How a ping goes to each service, and which part of a datagram may be one that is back. */
export const ping_frames: Record<
  Service,
  { wrap(ping: Uint8Array): Uint8Array; unwrap(payload: Uint8Array): Uint8Array | null }
> = {
  echo: { wrap: (ping) => ping, unwrap: (payload) => payload },
  rooms: {
    wrap: (ping) => {
      const payload = new Uint8Array(1 + ping.length);
      payload[0] = type_ping;
      payload.set(ping, 1);
      return payload;
    },
    unwrap: (payload) => (payload[0] === type_pong ? payload.subarray(1, 1 + ping_bytes) : null),
  },
};

interface Waiting {
  sent_ms: number;
}

export class Pinger {
  readonly #waiting = new Map<number, Waiting>();
  readonly #finished: boolean[] = [];
  #samples: PingSample[] = [];
  #next_number = 1;
  #last_rtt_ms: number | null = null;
  rtt_ms: number | null = null;
  jitter_ms: number | null = null;
  lost = 0;

  /** The bytes of the next ping, to be sent at `now_ms`. */
  next(now_ms: number): Uint8Array {
    const bytes = new Uint8Array(ping_bytes);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, ping_mark, true);
    view.setUint32(4, this.#next_number, true);
    this.#waiting.set(this.#next_number, { sent_ms: now_ms });
    this.#next_number += 1;
    return bytes;
  }

  /** Whether `payload` is a ping of ours that came back; a second copy of it changes nothing. */
  take(payload: Uint8Array, now_ms: number): boolean {
    if (payload.length !== ping_bytes) return false;
    const view = new DataView(payload.buffer, payload.byteOffset, ping_bytes);
    if (view.getUint32(0, true) !== ping_mark) return false;
    const number = view.getUint32(4, true);
    const ping = this.#waiting.get(number);
    if (ping) {
      this.#waiting.delete(number);
      this.#finish(ping.sent_ms, now_ms - ping.sent_ms);
    }
    return true;
  }

  /** Counts as lost what is not back in time. */
  expire(now_ms: number): void {
    for (const [number, { sent_ms }] of this.#waiting) {
      if (now_ms - sent_ms < lost_after_ms) continue;
      this.#waiting.delete(number);
      this.lost += 1;
      this.#finish(sent_ms, null);
    }
  }

  /** The connection is gone: what waits will not come, and is nobody's loss. */
  forget(): void {
    this.#waiting.clear();
    this.#finished.length = 0;
    this.#last_rtt_ms = null;
    this.rtt_ms = null;
    this.jitter_ms = null;
  }

  loss_percent(): number {
    if (this.#finished.length === 0) return 0;
    const lost = this.#finished.filter((back) => !back).length;
    return (100 * lost) / this.#finished.length;
  }

  /** Finished pings since the last call. */
  collect(): PingSample[] {
    const samples = this.#samples;
    this.#samples = [];
    return samples;
  }

  #finish(sent_ms: number, rtt_ms: number | null): void {
    this.#finished.push(rtt_ms !== null);
    if (this.#finished.length > window_pings) this.#finished.shift();
    this.#samples.push({ sent_ms, rtt_ms });
    if (this.#samples.length > samples_max) this.#samples.shift();
    if (rtt_ms !== null) this.#smooth(rtt_ms);
  }

  /** Smoothing as RFC 9002 section 5.3 for the round trip and RFC 3550 section 6.4.1 for jitter. */
  #smooth(rtt_ms: number): void {
    this.rtt_ms = this.rtt_ms === null ? rtt_ms : this.rtt_ms + (rtt_ms - this.rtt_ms) / 8;
    if (this.#last_rtt_ms !== null) {
      const change_ms = Math.abs(rtt_ms - this.#last_rtt_ms);
      this.jitter_ms = (this.jitter_ms ?? 0) + (change_ms - (this.jitter_ms ?? 0)) / 16;
    }
    this.#last_rtt_ms = rtt_ms;
  }
}
