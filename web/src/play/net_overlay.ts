// The panel over the picture with what the network does; F3, or a button with `data-action="net-overlay"`.
import type { ConnectionClient } from '../page/connection_client.ts';
import { store } from '../page/storage.ts';
import { overlay_rows } from './overlay_rows.ts';

const open_key = 'grandstand.net-overlay';

export class NetOverlay {
  readonly #client: ConnectionClient;
  readonly #panel = document.createElement('dl');
  readonly #over = new AbortController();
  readonly #stop_listening: () => void;

  constructor(place: HTMLElement, client: ConnectionClient, is_open: boolean) {
    this.#client = client;
    this.#panel.className = 'net-overlay';
    this.#panel.dataset.testid = 'net-overlay';
    this.#panel.setAttribute('aria-label', 'Network');
    this.#panel.hidden = !is_open;
    place.append(this.#panel);
    const { signal } = this.#over;
    addEventListener('keydown', (event) => this.#on_key(event), { signal });
    document.addEventListener('click', (event) => this.#on_click(event), { signal });
    this.#stop_listening = client.on('stats', () => this.#show());
    this.#show();
    this.#mark_buttons();
  }

  stop(): void {
    this.#over.abort();
    this.#stop_listening();
    this.#panel.remove();
  }

  toggle(): void {
    this.#panel.hidden = !this.#panel.hidden;
    store('session', open_key, this.#panel.hidden ? null : 'open');
    this.#mark_buttons();
    this.#show();
  }

  #on_key(event: KeyboardEvent): void {
    if (event.key !== 'F3' || event.repeat) return;
    event.preventDefault();
    this.toggle();
  }

  #on_click(event: Event): void {
    if ((event.target as Element).closest('[data-action="net-overlay"]')) this.toggle();
  }

  #mark_buttons(): void {
    for (const button of document.querySelectorAll('[data-action="net-overlay"]')) {
      button.setAttribute('aria-pressed', String(!this.#panel.hidden));
    }
  }

  #show(): void {
    if (this.#panel.hidden) return;
    const rows = overlay_rows(this.#client.stats);
    if (this.#panel.childElementCount !== rows.length) {
      this.#panel.replaceChildren(...rows.map(() => new_row()));
    }
    rows.forEach(([name, value], index) => {
      const row = this.#panel.children[index];
      const [term, detail] = [row?.children[0], row?.children[1]];
      if (term && term.textContent !== name) term.textContent = name;
      if (detail && detail.textContent !== value) detail.textContent = value;
    });
  }
}

function new_row(): HTMLElement {
  const row = document.createElement('div');
  row.append(document.createElement('dt'), document.createElement('dd'));
  return row;
}

export const overlay_open_key = open_key;
