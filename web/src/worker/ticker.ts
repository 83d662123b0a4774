// Calls a function at a steady rate without drifting, also in a hidden tab, where animation frames stop.

export interface Clock {
  now_ms(): number;
  set_timer(work: () => void, after_ms: number): unknown;
  clear_timer(timer: unknown): void;
}

const real_clock: Clock = {
  now_ms: () => performance.now(),
  set_timer: (work, after_ms) => setTimeout(work, after_ms),
  clear_timer: (timer) => clearTimeout(timer as number),
};

/** More turns than this are not made up for: the machine was asleep. */
const owed_max = 4;

export class Ticker {
  readonly #clock: Clock;
  readonly #work: (now_ms: number) => void;
  #timer: unknown = null;
  #every_ms = 0;
  #due_ms = 0;

  constructor(work: (now_ms: number) => void, clock = real_clock) {
    this.#work = work;
    this.#clock = clock;
  }

  start(every_ms: number): void {
    this.stop();
    this.#every_ms = every_ms;
    this.#due_ms = this.#clock.now_ms() + every_ms;
    this.#wait();
  }

  stop(): void {
    if (this.#timer !== null) this.#clock.clear_timer(this.#timer);
    this.#timer = null;
  }

  #wait(): void {
    const after_ms = Math.max(0, this.#due_ms - this.#clock.now_ms());
    this.#timer = this.#clock.set_timer(() => this.#turn(), after_ms);
  }

  #turn(): void {
    const now_ms = this.#clock.now_ms();
    this.#due_ms += this.#every_ms;
    if (now_ms - this.#due_ms > owed_max * this.#every_ms) this.#due_ms = now_ms + this.#every_ms;
    this.#wait();
    this.#work(now_ms);
  }
}
