// Lines of what happened, the newest below, and large words over the picture. Both come from the tables of a
// game's events; what was only guessed can be taken back.
import { make } from '../page/make.ts';
import type { Piece } from './hud_words.ts';
import { line_of } from './hud_words.ts';

const lines_max = 5;
/** Long enough to be read in a fight. */
const line_ms = 7000;
const fade_ms = 400;
const announcement_ms = 1600;
/** A number of a countdown is over when the next one comes. */
const number_ms = 950;

export class Feed {
  readonly element = make('ol', 'hud-feed');
  readonly #lines = new Map<number, HTMLElement>();

  constructor() {
    this.element.setAttribute('role', 'log');
    this.element.setAttribute('aria-label', 'What happened');
    this.element.dataset.testid = 'feed';
  }

  add(id: number, pieces: readonly Piece[], own: number | null): void {
    const line = make('li', 'hud-line');
    for (const { words, seat } of pieces) {
      line.append(seat === null ? words : make('b', seat === own ? 'is-own' : '', words));
    }
    this.#lines.set(id, line);
    this.element.append(line);
    while (this.element.childElementCount > lines_max) this.element.firstElementChild?.remove();
    setTimeout(() => line.classList.add('is-old'), line_ms);
    setTimeout(() => this.take_back(id), line_ms + fade_ms);
  }

  take_back(id: number): void {
    this.#lines.get(id)?.remove();
    this.#lines.delete(id);
  }

  clear(): void {
    for (const id of [...this.#lines.keys()]) this.take_back(id);
  }
}

export class Announcements {
  readonly element = make('p', 'hud-announcement');
  #id = 0;
  #ends: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.element.setAttribute('aria-live', 'assertive');
    this.element.dataset.testid = 'announcement';
  }

  say(id: number, pieces: readonly Piece[]): void {
    const words = line_of(pieces);
    const is_number = /^\d{1,3}$/.test(words);
    clearTimeout(this.#ends);
    this.#id = id;
    // A new element, so that its appearance is played again.
    const said = make('span', is_number ? 'is-number' : words.length > 22 ? 'is-long' : '', words);
    this.element.replaceChildren(said);
    this.#ends = setTimeout(() => this.clear(), is_number ? number_ms : announcement_ms);
  }

  take_back(id: number): void {
    if (id === this.#id) this.clear();
  }

  clear(): void {
    clearTimeout(this.#ends);
    this.element.replaceChildren();
  }
}
