// Waiting times between failed dials: doubling, with jitter, so that a restarted server is not met by
// everyone at once, and browsers that penalise failed WebTransport dials are not provoked.

const first_ms = 400;
const longest_ms = 15_000;

export class Backoff {
  #failures = 0;

  /** `random` is in [0, 1); the wait is between half and all of the step. */
  next_ms(random: number): number {
    const step_ms = Math.min(first_ms * 2 ** this.#failures, longest_ms);
    this.#failures += 1;
    return step_ms * (0.5 + random / 2);
  }

  reset(): void {
    this.#failures = 0;
  }
}
