// The state hashes of the last seconds, so that `grandstand.hash_at()` answers at once. Pure.
import type { TickHash } from '../worker/messages.ts';

/** One per second is posted: these are the last 10 s and one to spare. */
const kept_max = 11;

export class HashLog {
  readonly #hashes = new Map<number, string>();
  #room: string | null = null;

  /** `hashes` in the order of their ticks; those of another room replace all. */
  add(room: string | null, hashes: readonly TickHash[]): void {
    if (room !== null && room !== this.#room) {
      this.clear();
      this.#room = room;
    }
    for (const [tick, hash] of hashes) {
      this.#hashes.delete(tick);
      this.#hashes.set(tick, hash);
    }
    for (const tick of this.#hashes.keys()) {
      if (this.#hashes.size <= kept_max) return;
      this.#hashes.delete(tick);
    }
  }

  at(tick: number): string | undefined {
    return this.#hashes.get(tick);
  }

  clear(): void {
    this.#hashes.clear();
  }
}
