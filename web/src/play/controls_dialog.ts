// The dialog in which people say which key does what; opened by `data-do="controls"`, loaded then. What it
// offers are the directions and the buttons that the game's page has (`data-press`). Kept at once.

import { make, make_button } from '../page/make.ts';
import '../styles/controls.css';
import {
  type Action,
  type Bindings,
  default_bindings,
  is_button,
  read_bindings,
  store_bindings,
} from './bindings.ts';
import { key_words, keys_of, may_bind, rebind, unbind } from './rebinding.ts';

const direction_words: [Action, string][] = [
  ['up', 'Up'],
  ['left', 'Left'],
  ['down', 'Down'],
  ['right', 'Right'],
];

/** What this page's game has, in words. */
function actions_of_page(): [Action, string][] {
  const pressed = [...document.querySelectorAll<HTMLElement>('main [data-press]')].flatMap((element) => {
    const name = element.dataset.press;
    return is_button(name)
      ? [[name, element.getAttribute('aria-label') ?? element.textContent ?? ''] as [Action, string]]
      : [];
  });
  return [...direction_words, ...pressed];
}

export class ControlsDialog {
  readonly #dialog = make('dialog', 'controls card');
  readonly #rows = make('dl', 'controls-rows');
  readonly #status = make('p', 'hint');
  readonly #actions = actions_of_page();
  #bindings: Bindings = read_bindings();
  /** Which key is about to be another one. */
  #waiting: { action: Action; code: string | null } | null = null;

  constructor() {
    this.#dialog.setAttribute('aria-labelledby', 'controls-title');
    this.#status.setAttribute('role', 'status');
    const title = make('h2', '', 'Controls');
    title.id = 'controls-title';
    const foot = make('p', 'actions');
    foot.append(
      make_button('button button-small', 'Done', () => this.#dialog.close()),
      make_button('button button-quiet button-small', 'Back to the usual keys', () =>
        this.#set(default_bindings),
      ),
    );
    this.#dialog.append(title, make('p', 'hint', 'Press a key’s name, then the key you want instead.'));
    this.#dialog.append(this.#rows, this.#status, foot);
    document.body.append(this.#dialog);
    // Before the game sees it.
    this.#dialog.addEventListener('keydown', (event) => this.#on_key(event), { capture: true });
    this.#dialog.addEventListener('pointerdown', (event) => this.#on_mouse(event), { capture: true });
    this.#dialog.addEventListener('contextmenu', (event) => event.preventDefault());
    this.#dialog.addEventListener('close', () => this.#dialog.remove());
    this.#show();
  }

  open(): void {
    this.#dialog.showModal();
  }

  close(): void {
    this.#dialog.close();
  }

  #words_of(action: Action): string {
    return this.#actions.find(([one]) => one === action)?.[1] ?? 'something else';
  }

  #set(bindings: Bindings): void {
    this.#bindings = bindings;
    this.#waiting = null;
    store_bindings(bindings === default_bindings ? null : bindings);
    this.#status.textContent = '';
    this.#show();
  }

  #on_key(event: KeyboardEvent): void {
    event.stopPropagation();
    const waiting = this.#waiting;
    if (!waiting) return;
    event.preventDefault();
    if (event.code === 'Escape') {
      this.#waiting = null;
      this.#show();
    } else if ((event.code === 'Delete' || event.code === 'Backspace') && waiting.code) {
      this.#set(unbind(this.#bindings, waiting.code));
    } else {
      this.#take(event.code, key_words(event.code));
    }
  }

  #on_mouse(event: PointerEvent): void {
    if (!this.#waiting || event.pointerType !== 'mouse' || !document.querySelector('main [data-aims]'))
      return;
    event.preventDefault();
    this.#take(`Mouse${event.button}`, key_words(`Mouse${event.button}`));
  }

  #take(code: string, words: string): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    if (!may_bind(code)) {
      this.#status.textContent = `${words} is needed by the browser. Choose another key.`;
      return;
    }
    const { bindings, taken_from } = rebind(this.#bindings, waiting.action, code, waiting.code);
    this.#set(bindings);
    if (!taken_from) return;
    const left = keys_of(bindings, taken_from).map(key_words);
    const rest = left.length > 0 ? `still has ${left.join(', ')}` : 'has no key now';
    this.#status.textContent = `${words} was “${this.#words_of(taken_from)}”, which ${rest}.`;
  }

  #show(): void {
    const waiting = this.#waiting;
    this.#rows.replaceChildren(
      ...this.#actions.map(([action, words]) => {
        const row = make('div');
        const keys = make('dd');
        const codes: (string | null)[] = keys_of(this.#bindings, action);
        row.toggleAttribute('data-none', codes.length === 0);
        for (const code of [...codes, null]) {
          const is_waiting = waiting?.action === action && waiting.code === code;
          const name = code === null ? '+' : key_words(code);
          const button = make_button('key', is_waiting ? 'press…' : name, () => {
            this.#waiting = { action, code };
            this.#status.textContent = code ? 'Press a key; Delete takes this one away.' : 'Press a key.';
            this.#show();
          });
          button.setAttribute('aria-label', code === null ? `Another key for ${words}` : `${words}: ${name}`);
          if (is_waiting) queueMicrotask(() => button.focus());
          keys.append(button);
        }
        row.append(make('dt', '', words), keys);
        return row;
      }),
    );
  }
}
