// The dialog in which people say which key does what; opened by `data-do="controls"`, loaded then. What it
// offers are the directions and the buttons that the game's page has (`data-press`). Kept at once.
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

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, kind = '', words = '') {
  const made = document.createElement(name);
  made.className = kind;
  made.textContent = words;
  return made;
}

export class ControlsDialog {
  readonly #dialog = element('dialog', 'controls card');
  readonly #rows = element('dl', 'controls-rows');
  readonly #status = element('p', 'hint');
  readonly #actions = actions_of_page();
  #bindings: Bindings = read_bindings();
  /** Which key is about to be another one. */
  #waiting: { action: Action; code: string | null } | null = null;

  constructor() {
    this.#dialog.setAttribute('aria-labelledby', 'controls-title');
    this.#status.setAttribute('role', 'status');
    const title = element('h2', '', 'Controls');
    title.id = 'controls-title';
    const foot = element('p', 'actions');
    foot.append(
      this.#button('button button-small', 'Done', () => this.#dialog.close()),
      this.#button('button button-quiet button-small', 'As they were', () => this.#set(default_bindings)),
    );
    this.#dialog.append(title, element('p', 'hint', 'Press a key’s name, then the key you want instead.'));
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

  #button(kind: string, words: string, work: () => void): HTMLButtonElement {
    const button = element('button', kind, words);
    button.type = 'button';
    button.addEventListener('click', work);
    return button;
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
        const row = element('div');
        const keys = element('dd');
        const codes: (string | null)[] = keys_of(this.#bindings, action);
        row.toggleAttribute('data-none', codes.length === 0);
        for (const code of [...codes, null]) {
          const is_waiting = waiting?.action === action && waiting.code === code;
          const name = code === null ? '+' : key_words(code);
          const button = this.#button('key', is_waiting ? 'press…' : name, () => {
            this.#waiting = { action, code };
            this.#status.textContent = code ? 'Press a key; Delete takes this one away.' : 'Press a key.';
            this.#show();
          });
          button.setAttribute('aria-label', code === null ? `Another key for ${words}` : `${words}: ${name}`);
          if (is_waiting) queueMicrotask(() => button.focus());
          keys.append(button);
        }
        row.append(element('dt', '', words), keys);
        return row;
      }),
    );
  }
}
