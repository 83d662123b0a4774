// Where the visit is: in the lobby, in a room, or on the way. Says hello on each new session, enters the
// room that is wished for, and enters it again after a reconnect with the seat's resume token. What the
// server says goes to the page as it came; the game itself is game_host.ts.
import type { EnterWish, HostWish, RoomNews } from './messages.ts';
import { type Place, parse_room_message } from './room_messages.ts';
import { TicketRefused } from './tickets.ts';

export interface VisitLinks {
  /** On the `sure` lane of the open session. */
  send(message: object): void;
  fetch_ticket(wish: EnterWish | null, signal: AbortSignal): Promise<string>;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  post(news: RoomNews): void;
  /** A game begins, in a new place or with a new match. */
  on_entered(place: Place): void;
  /** Another match has begun in the same place. */
  on_match(place: Place): void;
  /** The game is over for this visit. */
  on_left(): void;
  on_names(place: Place): void;
}

/** A server that does not give tickets is asked again after this, and then more rarely. */
const ask_again_first_ms = 500;
const ask_again_longest_ms = 8000;
/** A ticket that came too late is not the visitor's fault; twice in a row is. */
const ticket_tries_max = 2;

/** `returning`: it was in the room, and the connection was lost. */
export type VisitState = 'arriving' | 'returning' | 'lobby' | 'playing' | 'watching';

export class Visit {
  readonly #links: VisitLinks;
  #wish: EnterWish | null = null;
  #place: Place | null = null;
  #is_open = false;
  #said_hello = false;
  #is_welcome = false;
  #going: AbortController | null = null;
  /** The wish that the newest ticket was shown for; answers to older ones are nobody's. */
  #shown: EnterWish | null = null;
  #was_inside = false;
  #tickets_refused = 0;

  constructor(links: VisitLinks) {
    this.#links = links;
  }

  get place(): Place | null {
    return this.#place;
  }

  get state(): VisitState {
    if (this.#place) return this.#place.role === 'player' ? 'playing' : 'watching';
    if (this.#is_welcome && !this.#wish) return 'lobby';
    return this.#wish && this.#was_inside ? 'returning' : 'arriving';
  }

  enter(wish: EnterWish): void {
    this.#end_place();
    this.#wish = wish;
    this.#was_inside = false;
    this.#tickets_refused = 0;
    this.#go();
  }

  /** Gives a seat back, and is in the lobby from now on. */
  leave(): void {
    const left = this.#wish;
    this.#end_place();
    this.#wish = null;
    this.#going?.abort();
    if (!this.#is_open || !left) return;
    if (this.#said_hello) this.#links.send({ type: left.role === 'player' ? 'leave' : 'lobby' });
    else this.#go();
  }

  host(wish: HostWish): void {
    if (this.#said_hello) this.#links.send({ ...wish, type: 'host' });
  }

  /** After a result: another match at once, please. */
  rematch(): void {
    if (this.#place?.role === 'player') this.#links.send({ type: 'rematch' });
  }

  /** To those who hear it by their place: who plays to the players, who watches to the stand. */
  say(text: string, tick: number | null): void {
    const place = this.#place;
    if (!place || !this.#said_hello) {
      this.#links.post({ type: 'notice', words: 'Not connected: say it again in a moment' });
      return;
    }
    const channel = place.role === 'player' ? 'players' : 'spectators';
    this.#links.send({ type: 'chat', channel, text, ...(tick === null ? {} : { tick }) });
  }

  react(kind: number): void {
    if (this.#place) this.#links.send({ type: 'react', kind });
  }

  /** For where the visit is now; later tickets come with the name that is in the cookie. */
  rename(name: string): void {
    if (this.#said_hello) this.#links.send({ type: 'rename', name });
  }

  /** A session is there; nothing has been said on it. */
  on_opened(): void {
    this.#is_open = true;
    this.#said_hello = this.#is_welcome = false;
    this.#go();
  }

  on_closed(): void {
    this.#is_open = this.#said_hello = this.#is_welcome = false;
    this.#going?.abort();
    this.#end_place();
  }

  on_message(text: string): void {
    const message = parse_room_message(text);
    if (message && this.#take(message)) this.#links.post(message);
  }

  /** Whether the page should hear it: not what belongs to a place that the visit has left meanwhile. */
  #take(message: RoomNews): boolean {
    switch (message.type) {
      case 'welcome':
        this.#is_welcome = true;
        return true;
      case 'html':
      case 'notice':
        return true;
      case 'entered':
        return this.#on_entered(message);
      case 'refused':
        return this.#on_refused(message.reason);
      case 'roster':
        return this.#on_roster(message.changes);
      case 'room':
        if (this.#place?.room.id !== message.room.id) return false;
        this.#place.room = message.room;
        return true;
      case 'match':
        if (!this.#place) return false;
        this.#place.match = message.match;
        this.#links.on_match(this.#place);
        return true;
      case 'result':
      case 'rematch':
      case 'chat':
      case 'reactions':
      case 'caster_pass':
      case 'muted':
        return this.#place !== null;
      case 'left':
        if (!this.#place) return false;
        this.#end_place();
        this.#wish = null;
        return true;
    }
  }

  #on_entered(entered: Extract<RoomNews, { type: 'entered' }>): boolean {
    if (!this.#wish || this.#wish.room !== entered.room.id) return false;
    const { role, seat, room, match, roster, resume } = entered;
    const { invite, plays_back = false } = this.#wish;
    this.#is_welcome = this.#was_inside = true;
    this.#tickets_refused = 0;
    // Who came into a running match watches it, and still wants the seat that comes with the next one.
    this.#wish = { ...this.#wish, role: this.#wish.role === 'player' ? 'player' : role, resume };
    this.#shown = this.#wish;
    const names = new Map(roster.map((one) => [one.seat, one.name]));
    this.#place = { role, class: entered.class ?? 'live', seat, room, match, names, invite, plays_back };
    this.#links.on_entered(this.#place);
    this.#links.on_names(this.#place);
    return true;
  }

  #on_roster(changes: Extract<RoomNews, { type: 'roster' }>['changes']): boolean {
    if (!this.#place) return false;
    for (const { seat, name, left } of changes) {
      if (left) this.#place.names.delete(seat);
      else this.#place.names.set(seat, name);
    }
    this.#links.on_names(this.#place);
    return true;
  }

  #on_refused(reason: Extract<RoomNews, { type: 'refused' }>['reason']): boolean {
    // Without a welcome it was hello that was refused, and the next ticket is shown by another one.
    if (!this.#is_welcome) this.#said_hello = false;
    if (this.#shown !== this.#wish) return false;
    this.#end_place();
    this.#tickets_refused += 1;
    if (reason === 'ticket' && this.#tickets_refused < ticket_tries_max) {
      this.#go();
      return false;
    }
    this.#wish = null;
    if (!this.#said_hello) this.#go();
    return true;
  }

  #end_place(): void {
    if (!this.#place) return;
    this.#place = null;
    this.#links.on_left();
  }

  /** Gets a ticket for where the visit wants to be, and shows it. */
  #go(): void {
    this.#going?.abort();
    if (!this.#is_open) return;
    const going = new AbortController();
    this.#going = going;
    void this.#show_ticket(this.#wish, going.signal);
  }

  async #show_ticket(wish: EnterWish | null, signal: AbortSignal): Promise<void> {
    for (
      let wait_ms = ask_again_first_ms;
      !signal.aborted;
      wait_ms = Math.min(2 * wait_ms, ask_again_longest_ms)
    ) {
      try {
        const ticket = await this.#links.fetch_ticket(wish, signal);
        if (signal.aborted) return;
        this.#say(ticket, wish);
        return;
      } catch (failure) {
        if (signal.aborted) return;
        if (failure instanceof TicketRefused && wish) return this.#on_no_ticket(failure);
      }
      await this.#links.sleep(wait_ms, signal);
    }
  }

  #say(ticket: string, wish: EnterWish | null): void {
    const type = this.#said_hello ? 'enter' : 'hello';
    this.#said_hello = true;
    this.#shown = wish;
    this.#links.send(wish?.resume ? { type, ticket, resume: wish.resume } : { type, ticket });
  }

  #on_no_ticket(failure: TicketRefused): void {
    this.#wish = null;
    const reason = failure.status === 404 ? 'gone' : failure.status === 403 ? 'locked' : 'ticket';
    this.#links.post({ type: 'refused', reason, words: failure.message });
    if (!this.#said_hello) this.#go();
  }
}
