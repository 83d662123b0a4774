// Bytes per second from running totals, over the last second or so. Pure.
import type { Traffic } from '../transport/session.ts';

const window_ms = 1000;

interface Reading {
  at_ms: number;
  bytes_in: number;
  bytes_out: number;
}

export class RateMeter {
  readonly #readings: Reading[] = [];
  in_per_s = 0;
  out_per_s = 0;

  turn(now_ms: number, traffic: Traffic): void {
    const reading = { at_ms: now_ms, bytes_in: traffic.bytes_received, bytes_out: traffic.bytes_sent };
    this.#readings.push(reading);
    while (this.#readings.length > 2 && (this.#readings[1]?.at_ms ?? now_ms) <= now_ms - window_ms) {
      this.#readings.shift();
    }
    const oldest = this.#readings[0] ?? reading;
    const seconds = (now_ms - oldest.at_ms) / 1000;
    if (seconds <= 0) return;
    this.in_per_s = (reading.bytes_in - oldest.bytes_in) / seconds;
    this.out_per_s = (reading.bytes_out - oldest.bytes_out) / seconds;
  }
}
