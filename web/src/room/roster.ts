// The list of people in a room. Rows stay as long as their people do, so focus and scrolling stay, too.
import { make_armed_button } from '../page/armed_button.ts';
import type { HostWish, RosterSeat } from '../worker/messages.ts';

/** What the host may do to a person. */
const orders = [
  { order: 'hand_over', words: 'Make host' },
  { order: 'kick', words: 'Remove' },
] as const;

interface Row {
  element: HTMLLIElement;
  shown: string;
}

function mark(words: string, kind: string): HTMLElement {
  const element = document.createElement('span');
  element.className = `person-mark person-mark-${kind}`;
  element.textContent = words;
  return element;
}

export class Roster {
  readonly #list: HTMLElement;
  readonly #order: (wish: HostWish) => void;
  readonly #rows = new Map<number, Row>();

  constructor(list: HTMLElement, order: (wish: HostWish) => void) {
    this.#list = list;
    this.#order = order;
  }

  show(people: RosterSeat[], own_seat: number | null, is_host: boolean): void {
    const seats = new Set(people.map(({ seat }) => seat));
    for (const [seat, row] of this.#rows) {
      if (seats.has(seat)) continue;
      row.element.remove();
      this.#rows.delete(seat);
    }
    let before: Element | null = null;
    for (const person of people) {
      const element = this.#row(person, person.seat === own_seat, is_host);
      const place: Element | null = before ? before.nextElementSibling : this.#list.firstElementChild;
      if (place !== element) this.#list.insertBefore(element, place);
      before = element;
    }
  }

  #row(person: RosterSeat, is_own: boolean, by_host: boolean): HTMLLIElement {
    const wanted = JSON.stringify([person, is_own, by_host]);
    const known = this.#rows.get(person.seat);
    if (known?.shown === wanted) return known.element;
    const element = known?.element ?? document.createElement('li');
    element.className = 'person';
    element.dataset.seat = String(person.seat);
    element.toggleAttribute('data-dropped', !person.connected);
    const name = document.createElement('span');
    name.className = 'person-name';
    name.textContent = person.name;
    element.replaceChildren(name);
    if (!person.connected) element.append(mark('lost, seat held', 'dropped'));
    if (person.host) element.append(mark('host', 'host'));
    if (is_own) element.append(mark('you', 'you'));
    if (person.computer) element.append(mark('computer', 'computer'));
    if (by_host && !is_own) {
      for (const { order, words } of orders) {
        if (order === 'hand_over' && (!person.connected || person.computer)) continue;
        element.append(this.#button(person, order, words));
      }
    }
    this.#rows.set(person.seat, { element, shown: wanted });
    return element;
  }

  #button(person: RosterSeat, order: 'kick' | 'hand_over', words: string): HTMLButtonElement {
    const button = make_armed_button('person-do', words, () => this.#order({ do: order, seat: person.seat }));
    button.dataset.order = order;
    button.setAttribute('aria-label', `${words}: ${person.name}`);
    return button;
  }
}
