// Whom the host has muted, in the host's part of the room: they may have said nothing for so long that the
// log has none of their words to unmute them at.
import { make, make_button } from '../page/make.ts';
import type { MutedPerson } from '../worker/messages.ts';

export class MutedList {
  readonly #part: HTMLElement;
  readonly #list: HTMLElement;
  readonly #unmute: (person: string) => void;
  #ids = new Set<string>();

  constructor(part: HTMLElement, list: HTMLElement, unmute: (person: string) => void) {
    this.#part = part;
    this.#list = list;
    this.#unmute = unmute;
  }

  has(person: string): boolean {
    return this.#ids.has(person);
  }

  show(people: readonly MutedPerson[]): void {
    this.#ids = new Set(people.map(({ id }) => id));
    this.#part.hidden = people.length === 0;
    this.#list.replaceChildren(...people.map((person) => this.#row(person)));
  }

  #row({ id, name }: MutedPerson): HTMLElement {
    const button = make_button('person-do', 'Unmute', () => this.#unmute(id));
    button.setAttribute('aria-label', `Unmute ${name}`);
    const row = make('li', 'person');
    row.dataset.muted = id;
    row.append(make('bdi', 'person-name', name), button);
    return row;
  }
}
