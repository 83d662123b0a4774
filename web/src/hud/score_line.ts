// The board at the top of the picture: who has how many points, who leads, and the time that is left.
import { make, write } from '../page/make.ts';
import type { Standing } from '../worker/messages.ts';
import { clock_words, type NameOf, type ScoreEntry, score_entries, score_sentence } from './hud_words.ts';

export class ScoreLine {
  readonly element = make('div', 'hud-score');
  readonly #clock = make('span', 'hud-clock');
  readonly #sentence = make('span', 'hidden');
  #shown = '';
  #before = new Map<number, number>();

  constructor() {
    this.element.dataset.testid = 'score';
    this.element.setAttribute('role', 'group');
    this.element.setAttribute('aria-label', 'Score');
    this.#clock.setAttribute('aria-hidden', 'true');
  }

  show(standing: Standing, own: number | null, tick_rate_hz: number, name_of: NameOf): void {
    const entries = score_entries(standing, own, name_of);
    const clock = clock_words(standing, tick_rate_hz);
    const shown = JSON.stringify(entries);
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#build(entries, standing.seats.length <= 2);
    }
    this.element.dataset.phase = standing.phase;
    write(this.#clock, clock);
    write(this.#sentence, score_sentence(entries, clock));
  }

  #build(entries: readonly ScoreEntry[], is_duel: boolean): void {
    this.element.dataset.kind = is_duel ? 'duel' : 'many';
    const sides = is_duel
      ? [0, 1].map((seat) => this.#side(entries.find((entry) => entry.seat === seat) ?? null))
      : entries.map((entry) => this.#side(entry));
    if (is_duel) this.element.replaceChildren(...sides.slice(0, 1), this.#clock, ...sides.slice(1));
    else this.element.replaceChildren(this.#clock, ...sides);
    this.element.append(this.#sentence);
    this.#before = new Map(entries.map(({ seat, score }) => [seat, score]));
  }

  /** null: nobody has the seat. */
  #side(entry: ScoreEntry | null): HTMLElement {
    const side = make('span', 'hud-side');
    side.setAttribute('aria-hidden', 'true');
    if (!entry) {
      side.append(make('span', 'hud-name', 'free'));
      return side;
    }
    side.dataset.seat = String(entry.seat);
    side.classList.toggle('is-own', entry.is_own);
    side.classList.toggle('leads', entry.leads);
    const score = make('b', 'hud-points', String(entry.score));
    const before = this.#before.get(entry.seat);
    if (before !== undefined && before !== entry.score) score.classList.add('has-changed');
    side.append(make('span', 'hud-name', entry.name), score);
    return side;
  }
}
