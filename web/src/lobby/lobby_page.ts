// The lobby while it is open: the live screen, and news of rooms. The server pushes those over the
// connection; while it does not, the page asks for them. Mounted by main.ts on data-page="lobby".
import type { ConnectionClient } from '../page/connection_client.ts';
import { save_nickname } from '../page/nickname.ts';
import { swap_pushed } from '../page/swap_pushed.ts';
import { mount_hero } from '../play/mount_hero.ts';

const ask_every_ms = 5000;
/** Also a lobby in which nothing happens is pushed about this often. */
const pushed_lately_ms = 12_000;
const answer_within_ms = 5000;

/** Starts; the result ends it. */
export function mount_lobby(main: HTMLElement, client: ConnectionClient): () => void {
  const page = new LobbyPage(main, client);
  return () => page.stop();
}

class LobbyPage {
  readonly #main: HTMLElement;
  readonly #client: ConnectionClient;
  readonly #over = new AbortController();
  readonly #endings: (() => void)[] = [];
  #news_at_ms = -pushed_lately_ms;
  #end_hero: () => void = () => {};

  constructor(main: HTMLElement, client: ConnectionClient) {
    this.#main = main;
    this.#client = client;
    const timer = setInterval(() => void this.#ask_if_quiet(), ask_every_ms);
    this.#endings.push(
      () => clearInterval(timer),
      client.on('room', (news) => {
        if (news.type === 'html') this.#on_news(news.html);
      }),
      // The page came before its own connection did, and shows one seat less.
      client.on('dialled', ({ connected }) => {
        if (connected) void this.#ask_if_quiet();
      }),
    );
    // Before HTMX sees it, which would load the page anew for it.
    main.addEventListener('submit', (event) => this.#on_submit(event), {
      capture: true,
      signal: this.#over.signal,
    });
    document.addEventListener('htmx:after:swap', () => this.#follow_the_screen(), {
      signal: this.#over.signal,
    });
    // Leaving the window for long and coming back: news at once.
    document.addEventListener('visibilitychange', () => void this.#ask_if_quiet(), {
      signal: this.#over.signal,
    });
    this.#end_hero = mount_hero(this.#hero, client);
  }

  stop(): void {
    this.#over.abort();
    for (const end of this.#endings) end();
    this.#end_hero();
  }

  get #hero(): HTMLElement {
    return this.#main.querySelector('.hero-live') as HTMLElement;
  }

  #on_submit(event: SubmitEvent): void {
    const button = event.submitter as HTMLButtonElement | null;
    if (button?.dataset.do !== 'save-name') return;
    event.preventDefault();
    event.stopPropagation();
    const field = this.#main.querySelector<HTMLInputElement>('#nickname');
    const words = this.#main.querySelector<HTMLElement>('#nickname-error');
    if (field && words) void save_nickname({ field, button, words }, this.#client);
  }

  #on_news(html: string): void {
    this.#news_at_ms = performance.now();
    this.#main.classList.remove('is-stale');
    void swap_pushed(html);
  }

  /** The words below the screen came with the fragments; the picture follows them to another room. */
  #follow_the_screen(): void {
    const hero = this.#hero;
    const room = document.getElementById('hero-facts')?.dataset.room;
    if (!hero || hero.dataset.liveRoom === room) return;
    this.#end_hero();
    if (room) hero.dataset.liveRoom = room;
    else delete hero.dataset.liveRoom;
    this.#end_hero = mount_hero(hero, this.#client);
  }

  async #ask_if_quiet(): Promise<void> {
    if (document.hidden || performance.now() - this.#news_at_ms < pushed_lately_ms) return;
    const path = this.#main.dataset.fragment;
    if (!path) return;
    try {
      const signal = AbortSignal.any([this.#over.signal, AbortSignal.timeout(answer_within_ms)]);
      const answer = await fetch(path, { signal });
      if (!answer.ok) throw new Error(answer.statusText);
      const html = await answer.text();
      if (this.#over.signal.aborted) return;
      this.#main.classList.remove('is-stale');
      await swap_pushed(html);
    } catch {
      if (!this.#over.signal.aborted) this.#main.classList.add('is-stale');
    }
  }
}
