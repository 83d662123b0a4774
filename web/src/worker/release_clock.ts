// How much of a match is public now, as far as one can tell from what the server has said: it says so rarely,
// and ticks go on at their rate meanwhile. Pure; times come in.

export class ReleaseClock {
  readonly #rate_hz: number;
  /** The first tick that is not public, at time 0. */
  #offset: number | null = null;

  constructor(rate_hz: number) {
    this.#rate_hz = rate_hz;
  }

  /** Everything before `end` was public at `at_ms`. */
  note(end: number, at_ms: number): void {
    const offset = end - this.#ticks(at_ms);
    if (this.#offset === null || offset > this.#offset) this.#offset = offset;
  }

  /** Something before `end` was not: the match stood still, or was made up for. */
  note_not_yet(end: number, at_ms: number): void {
    const offset = end - 1 - this.#ticks(at_ms);
    if (this.#offset !== null && offset < this.#offset) this.#offset = offset;
  }

  /** The first tick that is not public; null: nothing is known yet. */
  end(at_ms: number): number | null {
    return this.#offset === null ? null : this.#offset + this.#ticks(at_ms);
  }

  #ticks(ms: number): number {
    return (this.#rate_hz * ms) / 1000;
  }
}
