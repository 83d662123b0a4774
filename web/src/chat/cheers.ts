// Reactions of the room, flying up over the picture: each kind as the button of the page shows it. Nothing
// flies for who wants no motion: the marks fade where they are.
import { make } from '../page/make.ts';
import { marks_for } from './talk.ts';

/** In the document at once; a crowd is a crowd with fewer, too. */
const flying_max = 36;
const spread_ms = 800;

export class Cheers {
  readonly #layer = make('div', 'cheers');
  readonly #icons: readonly (SVGElement | null)[];
  /** What was shown at once when it was pressed, and comes again with the count of all. */
  readonly #own: number[];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(stage: HTMLElement, buttons: readonly HTMLElement[]) {
    this.#icons = buttons.map((button) => button.querySelector('svg'));
    this.#own = buttons.map(() => 0);
    this.#layer.setAttribute('aria-hidden', 'true');
    stage.append(this.#layer);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#layer.remove();
  }

  /** One's own. */
  press(kind: number): void {
    this.#own[kind] = (this.#own[kind] ?? 0) + 1;
    this.#fly(kind, 1);
  }

  show(counts: readonly number[]): void {
    counts.forEach((count, kind) => {
      const known = Math.min(this.#own[kind] ?? 0, count);
      this.#own[kind] = 0;
      const others = count - known;
      const marks = marks_for(others);
      for (let mark = 0; mark < marks; mark += 1) {
        const timer = setTimeout(
          () => {
            this.#timers.delete(timer);
            this.#fly(kind, Math.round(others / marks));
          },
          (spread_ms * (mark + Math.random())) / marks,
        );
        this.#timers.add(timer);
      }
    });
  }

  #fly(kind: number, count: number): void {
    const icon = this.#icons[kind];
    if (!icon || this.#layer.childElementCount >= flying_max) return;
    const mark = make('span', 'cheer');
    mark.append(icon.cloneNode(true));
    if (count > 1) mark.append(make('b', '', `×${count}`));
    mark.style.setProperty('--from', String(Math.random()));
    mark.style.setProperty('--drift', String(Math.random() * 2 - 1));
    mark.addEventListener('animationend', () => mark.remove());
    this.#layer.append(mark);
  }
}
