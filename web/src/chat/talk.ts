// What was said in a room, and what of it belongs to the moment that the picture shows. Pure; chat_panel.ts
// puts it into the document.
import type { ChatMessage } from '../worker/messages.ts';

/** Of a room; older ones are asked for when somebody goes back to them. */
const kept_max = 600;
/** Of those that are in the document. */
export const shown_max = 250;
/** So long a message waits at most for the picture that it is about: pictures come in pieces of 2 s. */
export const waits_ms = 8_000;
/** What oneself said is seen at once, wherever one looks. */
const own_ms = 15_000;

/** Where the picture is; ticks count on through the matches of a room. */
export interface Moment {
  /** null: there is no picture yet. */
  tick: number | null;
  is_newest: boolean;
}

interface Heard {
  message: ChatMessage;
  came_ms: number;
}

export class Talk {
  #heard: Heard[] = [];
  readonly #ids = new Set<string>();
  #own: string | null = null;

  /** Whose messages are one's own. */
  set_own(account: string | null): void {
    this.#own = account;
  }

  is_own({ author }: ChatMessage): boolean {
    return author.id !== '' && author.id === this.#own;
  }

  /** The ones that are new. */
  add(messages: readonly ChatMessage[], now_ms: number): ChatMessage[] {
    const fresh = messages.filter(({ id }) => !this.#ids.has(id));
    for (const message of fresh) {
      this.#ids.add(message.id);
      this.#heard.push({ message, came_ms: now_ms });
    }
    for (const { message } of this.#heard.splice(0, this.#heard.length - kept_max))
      this.#ids.delete(message.id);
    return fresh;
  }

  /** What was said in a match; it stands before everything that came by itself. */
  add_before(messages: readonly ChatMessage[]): void {
    const fresh = messages.filter(({ id }) => !this.#ids.has(id));
    for (const { id } of fresh) this.#ids.add(id);
    this.#heard.unshift(...fresh.map((message) => ({ message, came_ms: Number.NEGATIVE_INFINITY })));
  }

  /** At the newest moment as it came, but for what the picture does not show yet; else by ticks. */
  shown(moment: Moment, now_ms: number): ChatMessage[] {
    const { tick, is_newest } = moment;
    const is_ripe = ({ message, came_ms }: Heard) =>
      tick === null ||
      message.tick <= tick ||
      (this.is_own(message) && now_ms - came_ms < own_ms) ||
      (is_newest && now_ms - came_ms >= waits_ms);
    const ripe = this.#heard.filter(is_ripe).map(({ message }) => message);
    // Sorting is stable.
    if (!is_newest) ripe.sort((one, other) => one.tick - other.tick);
    return ripe.slice(-shown_max);
  }

  /** How many more there are after this moment. */
  later(moment: Moment, now_ms: number): number {
    const shown = new Set(this.shown(moment, now_ms));
    return moment.tick === null ? 0 : this.#heard.filter(({ message }) => !shown.has(message)).length;
  }
}

/** 0 to 99 and then no number any more. */
export function unread_words(count: number): string {
  return count > 99 ? '99+' : String(count);
}

/** How many marks fly for a count: thousands are a crowd, not thousands. */
export function marks_for(count: number): number {
  return Math.min(12, count <= 4 ? count : Math.round(2 + Math.log2(count) * 1.5));
}
