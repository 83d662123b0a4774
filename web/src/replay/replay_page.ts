// The page of a match that is over: its player where the template has a place for it, what was said, links
// to moments, and a link to this one. Mounted by main.ts on data-page="replay". While the end of the match
// is not public yet the page is another one, which looks again.
import { copy_text } from '../page/clipboard.ts';
import type { ConnectionClient } from '../page/connection_client.ts';
import { make, make_button, write } from '../page/make.ts';
import { time_words } from '../player/time_words.ts';
import type { PlaybackState } from '../worker/messages.ts';
import { ReplayChat } from './replay_chat.ts';
import { link_to } from './replay_link.ts';
import { ReplayScreen } from './replay_screen.ts';

/** An event is shown from a little before it. */
const led_up_s = 1.5;
const look_again_ms = 2000;

/** Starts; the result ends it. */
export function mount_replay(main: HTMLElement, client: ConnectionClient): () => void {
  if (main.dataset.wait !== undefined) {
    const timer = setTimeout(() => location.reload(), look_again_ms);
    return () => clearTimeout(timer);
  }
  const place = main.querySelector<HTMLElement>('[data-stage]');
  if (!place || !main.dataset.module) return () => {};
  const page = new ReplayPage(main, place, client);
  return () => page.stop();
}

class ReplayPage {
  readonly #main: HTMLElement;
  readonly #screen: ReplayScreen;
  readonly #chat: ReplayChat;
  readonly #links: { at_s: number; element: HTMLElement }[];
  readonly #over = new AbortController();
  readonly #stop_listening: () => void;
  readonly #share: HTMLButtonElement;
  readonly #copied = make('span', 'hint');
  #current: HTMLElement | null = null;

  constructor(main: HTMLElement, place: HTMLElement, client: ConnectionClient) {
    this.#main = main;
    this.#screen = new ReplayScreen(place, client, {
      do: 'open',
      match: main.dataset.match ?? '',
      invite: main.dataset.invite ?? null,
      module: main.dataset.module ?? null,
      begin_s: Number(main.dataset.beginS) || 0,
    });
    this.#links = [...main.querySelectorAll<HTMLElement>('[data-seek-s]')].map((element) => ({
      at_s: Number(element.dataset.seekS) || 0,
      element,
    }));
    this.#share = make_button('button button-quiet button-small', 'Copy a link to this moment', () => {
      void this.#copy();
    });
    this.#share.dataset.testid = 'share';
    this.#copied.setAttribute('role', 'status');
    const row = make('p', 'replay-share actions');
    row.append(this.#share, this.#copied);
    this.#chat = new ReplayChat(main.dataset.match ?? '', main.dataset.invite ?? null, client);
    place.append(row, this.#chat.element);
    // Before HTMX sees it, which would load the page anew.
    const { signal } = this.#over;
    main.addEventListener('click', (event) => this.#on_click(event), { capture: true, signal });
    this.#stop_listening = client.on('playback', (state) => this.#mark(state));
  }

  stop(): void {
    this.#over.abort();
    this.#stop_listening();
    this.#chat.stop();
    this.#screen.stop();
  }

  #on_click(event: MouseEvent): void {
    const link = (event.target as Element).closest<HTMLElement>('[data-seek-s]');
    const is_plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !is_plain) return;
    event.preventDefault();
    event.stopPropagation();
    this.#screen.seek(Number(link.dataset.seekS) - led_up_s);
    this.#screen.element.scrollIntoView({ block: 'nearest' });
  }

  async #copy(): Promise<void> {
    const { match = '', invite } = this.#main.dataset;
    const { seconds } = this.#screen;
    await copy_text(link_to(location.origin, match, invite ?? null, seconds));
    write(this.#copied, `Copied: it opens at ${time_words(seconds)}.`);
  }

  /** The newest that has happened, in the list of what did. */
  #mark(state: PlaybackState | null): void {
    if (state?.shown == null) return;
    const now_s = (state.shown - state.first) / state.tick_rate_hz;
    const current = this.#links.findLast(({ at_s }) => at_s <= now_s)?.element ?? null;
    if (current === this.#current) return;
    this.#current?.removeAttribute('aria-current');
    current?.setAttribute('aria-current', 'true');
    this.#current = current;
  }
}
