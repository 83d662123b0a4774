// While a match waits: who is here, which seats are free, and what the host can do about it.
import { make, make_button, write } from '../page/make.ts';
import type { HostWish } from '../worker/messages.ts';
import type { LobbyWords } from './hud_words.ts';

export interface LobbySeat {
  name: string | null;
  is_own: boolean;
  is_computer: boolean;
}

export class LobbyCard {
  readonly element = make('section', 'hud-card hud-lobby');
  readonly #title = make('h2');
  readonly #hint = make('p', 'hint');
  readonly #seats = make('ul', 'hud-seats');
  readonly #start: HTMLButtonElement;
  readonly #fill: HTMLButtonElement;
  #shown = '';

  constructor(order: (wish: HostWish) => void) {
    this.#start = make_button('button', 'Start', () => order({ do: 'start' }));
    this.#start.dataset.testid = 'start';
    this.#fill = make_button('button button-quiet', 'Fill with computers', () =>
      order({ do: 'computers', count: this.#seats.childElementCount }),
    );
    this.#fill.dataset.testid = 'computers';
    const actions = make('p', 'actions');
    actions.append(this.#start, this.#fill);
    const head = make('div', 'hud-lobby-head');
    head.append(this.#title, this.#hint);
    head.setAttribute('role', 'status');
    this.element.append(head, this.#seats, actions);
    this.element.setAttribute('aria-label', 'Before the match');
    this.element.hidden = true;
  }

  hide(): void {
    this.element.hidden = true;
  }

  show({ title, hint, can_start, can_fill }: LobbyWords, seats: readonly LobbySeat[]): void {
    write(this.#title, title);
    write(this.#hint, hint);
    this.#start.hidden = !can_start;
    this.#fill.hidden = !can_fill;
    // What is the only thing to do looks like it.
    this.#fill.classList.toggle('button-quiet', can_start);
    this.element.hidden = false;
    const shown = JSON.stringify(seats);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#seats.replaceChildren(
      ...seats.map(({ name, is_own, is_computer }) => {
        const seat = make('li', 'hud-seat', name ?? 'free');
        seat.classList.toggle('is-free', name === null);
        seat.classList.toggle('is-own', is_own);
        seat.classList.toggle('is-computer', is_computer);
        return seat;
      }),
    );
  }
}
