// What was said during a match, under its replay: each message comes with the picture of its tick, and goes
// when somebody goes back before it. Nothing is there when nobody said anything.
import { said_row } from '../chat/said_row.ts';
import type { ConnectionClient } from '../page/connection_client.ts';
import { make, write } from '../page/make.ts';
import { seconds_in, time_words } from '../player/time_words.ts';
import type { ChatMessage, PlaybackState } from '../worker/messages.ts';

export class ReplayChat {
  readonly element = make('section', 'replay-chat');
  readonly #log = make('div', 'chat-log');
  readonly #later = make('p', 'hint');
  readonly #over = new AbortController();
  readonly #stop_listening: () => void;
  readonly #messages: ChatMessage[] = [];
  readonly #rows: HTMLElement[] = [];
  #shown = 0;

  constructor(match: string, invite: string | null, client: ConnectionClient) {
    this.element.hidden = true;
    this.element.setAttribute('aria-label', 'What was said');
    this.#log.dataset.testid = 'chat-log';
    this.#log.setAttribute('role', 'log');
    this.#log.tabIndex = 0;
    this.element.append(make('h2', '', 'What was said'), this.#log, this.#later);
    this.#stop_listening = client.on('playback', (state) => this.#show(state));
    void this.#ask_for(match, invite).then(() => this.#show(client.playback));
  }

  stop(): void {
    this.#over.abort();
    this.#stop_listening();
  }

  async #ask_for(match: string, invite: string | null): Promise<void> {
    const query = invite ? `?invite=${encodeURIComponent(invite)}` : '';
    try {
      const answer = await fetch(`/api/v1/matches/${encodeURIComponent(match)}/chat${query}`, {
        signal: this.#over.signal,
      });
      if (!answer.ok) return;
      const { messages } = (await answer.json()) as { messages: ChatMessage[] };
      this.#messages.push(...messages);
    } catch {
      // The match can be watched without it.
    }
  }

  #show(state: PlaybackState | null): void {
    if (state?.shown == null || this.#messages.length === 0) return;
    this.element.hidden = false;
    const { shown } = state;
    for (const message of this.#messages.slice(this.#rows.length))
      this.#rows.push(said_row(message, time_words(seconds_in(state, message.tick)), false));
    const next = this.#messages.findIndex(({ tick }) => tick > shown);
    const count = next < 0 ? this.#messages.length : next;
    if (count !== this.#shown) {
      if (count > this.#shown) this.#log.append(...this.#rows.slice(this.#shown, count));
      else for (const row of this.#rows.slice(count, this.#shown)) row.remove();
      this.#shown = count;
      this.#log.scrollTop = this.#log.scrollHeight;
    }
    const later = this.#messages.length - count;
    write(this.#later, later === 0 ? '' : `${later} later`);
  }
}
