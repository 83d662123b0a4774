// The state hashes of the last seconds, so that `grandstand.hash_at()` answers at once. Pure.
import type { PlayStats, TickHash } from '../worker/messages.ts';

/** One per second is posted: these are the last 10 s and one to spare. */
const kept_max = 11;

export class HashLog {
  readonly #hashes = new Map<number, string>();
  #place = { room: '', epoch: 0 };

  /**
   * `hashes` in the order of their ticks. Those of another room replace all, and so do those of another
   * epoch: some of the ticks before it were taken back.
   */
  add({ room, epoch }: Pick<PlayStats, 'room' | 'epoch'>, hashes: readonly TickHash[]): void {
    if (room !== null && epoch !== null && (room !== this.#place.room || epoch !== this.#place.epoch)) {
      this.clear();
      this.#place = { room, epoch };
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
