// Opens and closes the panel with what the network does: F3, or a button with `data-action="net-overlay"`.
// What is in it comes when it is first opened (net_panel.ts).
import type { ConnectionClient } from '../page/connection_client.ts';
import { store } from '../page/storage.ts';
import type { NetPanel } from './net_panel.ts';

export const overlay_open_key = 'grandstand.net-overlay';

export class NetOverlay {
  readonly #client: ConnectionClient;
  readonly #frame = document.createElement('section');
  readonly #over = new AbortController();
  #panel: NetPanel | null = null;
  #is_open: boolean;

  constructor(place: HTMLElement, client: ConnectionClient, is_open: boolean) {
    this.#client = client;
    this.#is_open = is_open;
    this.#frame.className = 'net-overlay';
    this.#frame.dataset.testid = 'net-overlay';
    this.#frame.setAttribute('aria-label', 'Network');
    place.append(this.#frame);
    const { signal } = this.#over;
    addEventListener('keydown', (event) => this.#on_key(event), { signal });
    document.addEventListener('click', (event) => this.#on_click(event), { signal });
    // A finger on the panel does not play.
    this.#frame.addEventListener('pointerdown', (event) => event.stopPropagation(), { signal });
    this.#show();
  }

  stop(): void {
    this.#over.abort();
    this.#panel?.stop();
    this.#frame.remove();
  }

  toggle(): void {
    this.#is_open = !this.#is_open;
    store('session', overlay_open_key, this.#is_open ? 'open' : null);
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

  #show(): void {
    this.#frame.hidden = !this.#is_open;
    for (const button of document.querySelectorAll('[data-action="net-overlay"]')) {
      button.setAttribute('aria-pressed', String(this.#is_open));
    }
    if (this.#is_open) void this.#fill();
    else {
      this.#panel?.stop();
      this.#panel = null;
    }
  }

  async #fill(): Promise<void> {
    const { NetPanel } = await import('./net_panel.ts');
    if (this.#over.signal.aborted || !this.#is_open || this.#panel) return;
    this.#panel = new NetPanel(this.#frame, this.#client);
  }
}
