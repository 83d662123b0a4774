// Which sounds are heard: not every one of a tick full of explosions. One kind sounds again only after a
// moment, and only so many at once, the important ones first. Pure.
import type { SoundName } from './sounds.ts';

/** Two of a kind closer than this are heard as one. */
const same_apart_ms = 45;
/** What rings longer may not ring over itself, either. */
const apart_ms: Partial<Record<SoundName, number>> = { boom: 90, fanfare: 1500, whistle: 800, go: 500 };
/** More in a tenth of a second are noise. */
const window_ms = 100;
const at_once_max = 5;
/** For these there is always room. */
const important: ReadonlySet<SoundName> = new Set(['tick', 'go', 'point', 'whistle', 'fanfare']);

export class Hearing {
  readonly #heard_at_ms = new Map<SoundName, number>();
  #recent_ms: number[] = [];

  /** Whether it sounds; then it is counted. */
  hears(name: SoundName, now_ms: number): boolean {
    if (name === 'none') return false;
    const before_ms = this.#heard_at_ms.get(name) ?? Number.NEGATIVE_INFINITY;
    if (now_ms - before_ms < (apart_ms[name] ?? same_apart_ms)) return false;
    this.#recent_ms = this.#recent_ms.filter((at_ms) => now_ms - at_ms < window_ms);
    if (this.#recent_ms.length >= at_once_max && !important.has(name)) return false;
    this.#recent_ms.push(now_ms);
    this.#heard_at_ms.set(name, now_ms);
    return true;
  }
}
