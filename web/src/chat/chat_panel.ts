// The chat of a room: the log that goes with the picture, the field to say something, reactions, and how much
// of it has not been seen while the panel is folded. What is shown when is decided in talk.ts; that nobody
// hears too early by the server.
import { make_armed_button } from '../page/armed_button.ts';
import type { ConnectionClient } from '../page/connection_client.ts';
import { make, make_button, write } from '../page/make.ts';
import { seconds_in, time_words } from '../player/time_words.ts';
import type { ChatMessage, MutedPerson, PlaybackState, RoomNews } from '../worker/messages.ts';
import { Cheers } from './cheers.ts';
import { MutedList } from './muted_list.ts';
import { said_row } from './said_row.ts';
import { type Moment, Talk, unread_words } from './talk.ts';

const folds = matchMedia('(max-width: 58rem)');
/** Of the end of the log, that counts as looking at the newest. */
const near_px = 48;
/** A refusal comes within a round trip; then the words are given back. */
const refusal_ms = 3_000;
/** What waits for its picture is looked at so often. */
const look_every_ms = 250;
/** The talk of a match is asked for again when somebody goes back so much later. */
const asked_again_ms = 15_000;

export class ChatPanel {
  readonly #main: HTMLElement;
  readonly #client: ConnectionClient;
  readonly #talk = new Talk();
  readonly #cheers: Cheers;
  readonly #log: HTMLElement;
  readonly #field: HTMLInputElement;
  readonly #over = new AbortController();
  readonly #endings: (() => void)[];
  readonly #rows = new Map<string, HTMLElement>();
  readonly #muted: MutedList;
  #playback: PlaybackState | null;
  #is_host = false;
  #unread = 0;
  #said = { text: '', at_ms: Number.NEGATIVE_INFINITY };
  #asked = { match: '', at_ms: Number.NEGATIVE_INFINITY };

  constructor(main: HTMLElement, client: ConnectionClient) {
    this.#main = main;
    this.#client = client;
    this.#log = this.#part('#chat-log');
    this.#field = this.#part('#chat-text');
    this.#playback = client.playback;
    this.#cheers = new Cheers(this.#part('.stage'), [...main.querySelectorAll<HTMLElement>('[data-react]')]);
    this.#muted = new MutedList(this.#part('[data-muted]'), this.#part('[data-muted-people]'), (person) =>
      this.#client.host({ do: 'unmute', person }),
    );
    this.#talk.set_own(client.guest?.id ?? null);
    this.#talk.add(this.#from_page(), 0);
    const { signal } = this.#over;
    this.#part('#chat').addEventListener('click', (event) => this.#on_click(event), { signal });
    this.#part('#say-form').addEventListener('submit', (event) => this.#on_submit(event), { signal });
    this.#field.addEventListener('keydown', (event) => this.#on_key(event), { signal });
    addEventListener('keydown', (event) => this.#on_page_key(event), { signal });
    const timer = setInterval(() => this.#show(), look_every_ms);
    this.#endings = [
      client.on('room', (news) => this.#on_news(news)),
      client.on('playback', (state) => this.#on_playback(state)),
      () => clearInterval(timer),
    ];
    this.#show();
    this.#to_end();
  }

  stop(): void {
    this.#over.abort();
    for (const end of this.#endings) end();
    this.#cheers.stop();
  }

  /** Whether its buttons for the host are there. */
  set_host(is_host: boolean): void {
    if (is_host === this.#is_host) return;
    this.#is_host = is_host;
    this.#rows.clear();
    this.#show();
  }

  /** On small screens: over the picture, or away. */
  open(is_open: boolean): void {
    this.#main.classList.toggle('is-chat-open', is_open);
    this.#part('.room-chat').setAttribute('aria-expanded', String(is_open));
    if (!is_open) return;
    this.#count_unread(-this.#unread);
    this.#to_end();
  }

  // ---- What comes

  #on_news(news: RoomNews): void {
    switch (news.type) {
      case 'welcome':
        this.#talk.set_own(news.guest.id);
        // A server that has started again has forgotten them; one that has not tells them anew.
        this.#show_muted([]);
        break;
      case 'muted':
        this.#show_muted(news.people);
        break;
      case 'chat':
        this.#hear(news.messages);
        break;
      case 'reactions':
        this.#cheers.show(news.counts);
        break;
      case 'notice':
        this.#give_back();
        break;
    }
  }

  #hear(messages: readonly ChatMessage[]): void {
    const fresh = this.#talk.add(messages, performance.now());
    if (fresh.some((message) => this.#talk.is_own(message))) this.#said = { text: '', at_ms: 0 };
    // What was said before one came is no news.
    const since_s = (performance.timeOrigin - 2_000) / 1000;
    if (!this.#is_seen()) {
      this.#count_unread(
        fresh.filter((message) => message.said_unix_s >= since_s && !this.#talk.is_own(message)).length,
      );
    }
    this.#show();
  }

  #on_playback(state: PlaybackState | null): void {
    this.#playback = state;
    if (state && !state.is_live) void this.#ask_for(state.match);
    this.#show();
  }

  /** What was said before one came, for who goes back that far. */
  async #ask_for(match: string): Promise<void> {
    const now_ms = performance.now();
    if (match === this.#asked.match && now_ms - this.#asked.at_ms < asked_again_ms) return;
    this.#asked = { match, at_ms: now_ms };
    const { invite } = this.#main.dataset;
    const query = invite ? `?invite=${encodeURIComponent(invite)}` : '';
    try {
      const answer = await fetch(`/api/v1/matches/${encodeURIComponent(match)}/chat${query}`, {
        signal: this.#over.signal,
      });
      if (!answer.ok) return;
      const { messages } = (await answer.json()) as { messages: ChatMessage[] };
      this.#talk.add_before(messages);
      this.#show();
    } catch {
      // The log has what came by itself; it is asked for again.
    }
  }

  // ---- What is pressed

  #on_submit(event: Event): void {
    event.preventDefault();
    const text = this.#field.value.trim();
    if (text === '') return;
    const state = this.#playback;
    const tick = state?.is_live && state.shown !== null ? Math.floor(state.shown) : null;
    this.#client.say(text, tick);
    this.#said = { text, at_ms: performance.now() };
    this.#field.value = '';
    this.#field.removeAttribute('aria-invalid');
    write(this.#part('#chat-error'), '');
    // Keys go to the game again.
    if (this.#main.dataset.state === 'playing' && !folds.matches) this.#field.blur();
  }

  /** Refused words are not lost. */
  #give_back(): void {
    const { text, at_ms } = this.#said;
    if (text === '' || performance.now() - at_ms > refusal_ms || this.#field.value !== '') return;
    this.#field.value = text;
    this.#said = { text: '', at_ms: 0 };
  }

  #on_key(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    this.#field.blur();
    this.open(false);
  }

  #on_page_key(event: KeyboardEvent): void {
    const on = event.target as Element | null;
    const is_free = on === document.body || on?.matches?.('main, [data-stage]') === true;
    if (event.key !== 'Enter' || event.isComposing || event.repeat || !is_free) return;
    event.preventDefault();
    if (folds.matches) this.open(true);
    this.#field.focus();
  }

  #on_click(event: Event): void {
    const pressed = (event.target as Element).closest<HTMLElement>('[data-react], [data-mute]');
    if (pressed?.dataset.react !== undefined) {
      const kind = Number(pressed.dataset.react);
      this.#client.react(kind);
      this.#cheers.press(kind);
    } else if (pressed?.dataset.mute !== undefined) {
      this.#mute(pressed.dataset.mute);
    }
  }

  /** What became of it says the server's list. */
  #mute(person: string): void {
    this.#client.host({ do: this.#muted.has(person) ? 'unmute' : 'mute', person });
  }

  #show_muted(people: readonly MutedPerson[]): void {
    this.#muted.show(people);
    this.#rows.clear();
    this.#show();
  }

  // ---- What is shown

  #moment(): Moment {
    const state = this.#playback;
    return { tick: state?.shown ?? null, is_newest: state?.is_live ?? true };
  }

  #is_seen(): boolean {
    const is_open = !folds.matches || this.#main.classList.contains('is-chat-open');
    return is_open && document.visibilityState === 'visible';
  }

  #count_unread(more: number): void {
    this.#unread = folds.matches ? this.#unread + more : 0;
    const badge = this.#part('[data-unread]');
    badge.hidden = this.#unread === 0;
    write(badge, unread_words(this.#unread));
    this.#part('.room-chat').setAttribute(
      'aria-label',
      this.#unread === 0 ? 'Chat' : `Chat, ${unread_words(this.#unread)} new`,
    );
  }

  #show(): void {
    const now_ms = performance.now();
    const moment = this.#moment();
    const shown = this.#talk.shown(moment, now_ms);
    const wanted = shown.map((message) => this.#row(message));
    const there = this.#log.children;
    const is_same = there.length === wanted.length && wanted.every((row, index) => there[index] === row);
    this.#show_moment(moment, now_ms);
    if (is_same) return;
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    const was_near = scrollHeight - scrollTop - clientHeight < near_px;
    const is_longer = wanted.length > there.length && [...there].every((row, index) => row === wanted[index]);
    // Readers of screens hear what is added, so nothing else is touched then.
    if (is_longer) this.#log.append(...wanted.slice(there.length));
    else this.#log.replaceChildren(...wanted);
    const last = shown.at(-1);
    if (was_near || (last && this.#talk.is_own(last))) this.#to_end();
    const ids = new Set(shown.map(({ id }) => id));
    for (const id of [...this.#rows.keys()]) if (!ids.has(id)) this.#rows.delete(id);
  }

  #to_end(): void {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #show_moment(moment: Moment, now_ms: number): void {
    const words = this.#part('[data-chat-moment]');
    const state = this.#playback;
    words.hidden = moment.is_newest || state?.shown == null;
    if (words.hidden || state?.shown == null) return;
    const later = this.#talk.later(moment, now_ms);
    const more = later === 0 ? '' : ` · ${later} later`;
    write(words, `As it was at ${time_words(seconds_in(state, state.shown))}${more}`);
  }

  #time_of(message: ChatMessage): string {
    const state = this.#playback;
    if (state && state.match === message.match && message.tick >= state.first) {
      return time_words(seconds_in(state, message.tick));
    }
    const said = new Date(message.said_unix_s * 1000);
    return said.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  }

  #row(message: ChatMessage): HTMLElement {
    const time = this.#time_of(message);
    const known = this.#rows.get(message.id);
    if (known) {
      const shown = known.querySelector('time');
      if (shown) write(shown, time);
      return known;
    }
    const row = said_row(message, time, this.#talk.is_own(message));
    if (this.#is_host && message.author.id && !this.#talk.is_own(message))
      row.append(this.#host_buttons(message));
    this.#rows.set(message.id, row);
    return row;
  }

  #host_buttons({ author }: ChatMessage): HTMLElement {
    const words = this.#muted.has(author.id) ? 'Unmute' : 'Mute';
    const mute = make_button('said-do', words, () => {});
    mute.dataset.mute = author.id;
    mute.setAttribute('aria-label', `${words} ${author.name}`);
    const kick = make_armed_button('said-do', 'Remove', () => {
      this.#client.host({ do: 'kick', person: author.id });
    });
    kick.dataset.kick = author.id;
    kick.setAttribute('aria-label', `Remove ${author.name} from the room`);
    const buttons = make('span', 'said-orders');
    buttons.append(mute, kick);
    return buttons;
  }

  /** What the server wrote into the page. */
  #from_page(): ChatMessage[] {
    return [...this.#log.querySelectorAll<HTMLElement>('.said')].map((row) => ({
      id: row.dataset.said ?? '',
      channel: row.dataset.channel === 'players' ? 'players' : 'spectators',
      author: {
        id: row.dataset.author ?? '',
        name: row.querySelector('.said-name')?.textContent ?? '',
        seat: null,
      },
      text: row.querySelector('.said-text')?.textContent ?? '',
      match: row.dataset.match ?? '',
      tick: Number(row.dataset.tick),
      said_unix_s: Number(row.querySelector('time')?.dataset.unix),
    }));
  }

  #part<Kind extends HTMLElement>(selector: string): Kind {
    const part = this.#main.querySelector<Kind>(selector);
    if (!part) throw new Error(`the chat of a room has no ${selector}`);
    return part;
  }
}
