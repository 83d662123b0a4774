// The page's side of the Worker: one per visit, made by main.ts, kept across HTMX swaps. Passes wishes on,
// keeps the newest news, tells whoever listens. Stores what the Worker may not: localStorage and
// sessionStorage.
import type { Attempt } from '../transport/dialer.ts';
import { parse_remembered } from '../transport/preference.ts';
import type {
  CheckFacts,
  Closed,
  ConnectionStats,
  EnterWish,
  EventNotice,
  FrameForPage,
  FromWorker,
  GameNews,
  Hands,
  HostWish,
  LoadRequest,
  LoadResult,
  ModuleUrls,
  PictureWish,
  PingSample,
  PlaybackState,
  PlaybackWish,
  ReplayNews,
  ReplayWish,
  RoomNews,
  Service,
  Standing,
  Still,
  ToWorker,
  TransportChoice,
  Weather,
} from '../worker/messages.ts';
import { HashLog } from './hash_log.ts';
import { read_stored, store } from './storage.ts';

const remembered_key = 'grandstand.webtransport-failed';
const choice_key = 'grandstand.transport';
/** Of each room, the token that gives this tab its seat back after a reload. */
const resume_key = (room: string) => `grandstand.seat.${room}`;

export interface DialNews {
  attempts: Attempt[];
  connected: boolean;
  reason: string;
}

interface News {
  stats: { stats: ConnectionStats; samples: PingSample[] };
  dialled: DialNews;
  closed: Closed;
  room: RoomNews;
  game: GameNews;
  events: EventNotice[];
  standing: Standing | null;
  playback: PlaybackState | null;
  timeline: Extract<FromWorker, { type: 'timeline' }>;
  replay: ReplayNews;
  frame: FrameForPage;
  cannot_draw: { picture_id: number };
}

type Answer = LoadResult | CheckFacts | Still;

export const no_stats: ConnectionStats = {
  transport: null,
  state: 'connecting',
  rtt_ms: null,
  jitter_ms: null,
  loss_percent: 0,
  bytes_in_per_s: 0,
  bytes_out_per_s: 0,
  bytes_in: 0,
  bytes_out: 0,
  datagrams_sent: 0,
  datagrams_received: 0,
  datagrams_lost: 0,
  connections: 0,
  dial_ms: null,
  renderer: null,
  game: null,
  room: null,
  match: null,
  epoch: null,
  seat: null,
  class: null,
  tick: null,
  confirmed_tick: null,
  confirmed_hash: null,
  rollback_depth: 0,
  corrections: 0,
  desyncs: 0,
  early_quarter_ticks: null,
  predicted_tick: null,
  delay_ms: null,
  input_ms: null,
  ticks_repaired: 0,
  viewers: 0,
  players: 0,
};

/** `?transport=` forces one and lasts for the visit; `auto` lets go. */
export function choice_of_visit(query: string, stored: string | null): TransportChoice {
  const asked = new URLSearchParams(query).get('transport') ?? stored;
  return asked === 'webtransport' || asked === 'websocket' ? asked : 'auto';
}

/**
 * The Worker ends with its page. This is long enough for it to hear the good-bye, too short to be noticed.
 */
const farewell_ms = 25;

/** Blocks: an event of a page that leaves has no later. */
function hold_on(ms: number): void {
  const until_ms = performance.now() + ms;
  while (performance.now() < until_ms);
}

export class ConnectionClient {
  readonly #worker: Worker;
  readonly #listeners = {
    stats: new Set(),
    dialled: new Set(),
    closed: new Set(),
    room: new Set(),
    game: new Set(),
    events: new Set(),
    standing: new Set(),
    playback: new Set(),
    timeline: new Set(),
    replay: new Set(),
    frame: new Set(),
    cannot_draw: new Set(),
  } as {
    [Kind in keyof News]: Set<(news: News[Kind]) => void>;
  };
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (e: Error) => void }>();
  #next_request_id = 1;
  #choice: TransportChoice;
  readonly #hashes = new HashLog();
  #room: string | null = null;
  stats: ConnectionStats = no_stats;
  /** Who the visitor is to others; null until the server has said so. */
  guest: { id: string; name: string } | null = null;
  game: GameNews = { state: 'none' };
  standing: Standing | null = null;
  playback: PlaybackState | null = null;
  last_dial: DialNews | null = null;
  last_closed: Closed | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = (event: MessageEvent<FromWorker>) => this.#on_message(event.data);
    this.#choice = choice_of_visit(location.search, read_stored('session', choice_key));
    store('session', choice_key, this.#choice);
    this.#send({
      type: 'start',
      service: document.querySelector<HTMLElement>('main')?.dataset.page === 'echo' ? 'echo' : 'rooms',
      choice: this.#choice,
      remembered: parse_remembered(read_stored('local', remembered_key)),
    });
    this.#follow_the_page();
  }

  get choice(): TransportChoice {
    return this.#choice;
  }

  /** Calls `listener` from now on; the result ends that. */
  on<Kind extends keyof News>(kind: Kind, listener: (news: News[Kind]) => void): () => void {
    this.#listeners[kind].add(listener);
    return () => this.#listeners[kind].delete(listener);
  }

  choose(choice: TransportChoice): void {
    this.#choice = choice;
    store('session', choice_key, choice);
    this.reconnect();
  }

  reconnect(): void {
    this.#send({ type: 'reconnect', choice: this.#choice });
  }

  close(code: number, reason: string): void {
    this.#send({ type: 'close', code, reason });
  }

  watch(watching: boolean): void {
    this.#send({ type: 'watch', watching });
  }

  /** Whether this tab had a seat in `room`, and may have it still. */
  holds_seat(room: string): boolean {
    return read_stored('session', resume_key(room)) !== null;
  }

  /** News of the room come as 'room': `entered` or `refused` first, then `roster`, `room`, `left`. */
  enter(wish: EnterWish): void {
    const resume = wish.resume ?? read_stored('session', resume_key(wish.room));
    this.#hashes.clear();
    this.#send({ type: 'enter', ...wish, resume: wish.role === 'player' ? resume : null });
  }

  /** Gives the seat back; the connection stays. */
  leave(): void {
    if (this.#room) store('session', resume_key(this.#room), null);
    this.#room = null;
    this.#hashes.clear();
    this.#send({ type: 'leave' });
  }

  host(wish: HostWish): void {
    this.#send({ type: 'host', ...wish });
  }

  /** After a result: another match, without waiting. */
  rematch(): void {
    this.#send({ type: 'rematch' });
  }

  /** In the room; what is wrong with it comes as a `notice`. */
  say(text: string, tick: number | null): void {
    this.#send({ type: 'say', text, tick });
  }

  react(kind: number): void {
    this.#send({ type: 'react', kind });
  }

  /** From now on, for the whole visit. */
  set_weather(weather: Weather): void {
    this.#send({ type: 'weather', weather });
  }

  /** A name that the server has accepted: the room shows it from now on. */
  rename(name: string): void {
    this.#send({ type: 'rename', name });
  }

  /** Another service than now is another session. */
  use_service(service: Service): void {
    this.#send({ type: 'service', service });
  }

  /** The canvas goes to the Worker with it. */
  open_picture(wish: PictureWish): void {
    this.#send({ type: 'picture', ...wish }, wish.canvas ? [wish.canvas] : []);
  }

  resize_picture(picture_id: number, width: number, height: number): void {
    this.#send({ type: 'picture_size', picture_id, width, height });
  }

  show_picture(picture_id: number, shown: boolean): void {
    this.#send({ type: 'picture_shown', picture_id, shown });
  }

  close_picture(picture_id: number): void {
    this.#send({ type: 'picture_gone', picture_id });
  }

  /** `buffer` is one that came with a frame, to be used again. */
  want_frame(picture_id: number, aspect: number, buffer: ArrayBuffer | null): void {
    this.#send({ type: 'frame_wanted', picture_id, aspect, buffer }, buffer ? [buffer] : []);
  }

  /** A game that will be played soon: its module is loaded meanwhile. */
  prepare_game(url: string): void {
    this.#send({ type: 'prepare', url });
  }

  set_hands(hands: Hands): void {
    this.#send({ type: 'hands', hands });
  }

  /** Of the match that is watched; the answers come as 'playback' and 'timeline'. */
  play_back(wish: PlaybackWish): void {
    this.#send({ type: 'playback', wish });
  }

  /** A match that is over; news of it come as 'replay', and what its player shows as of any other match. */
  replay(wish: ReplayWish): void {
    this.#hashes.clear();
    this.#send({ type: 'replay', wish });
  }

  module_changed(game: string, module: ModuleUrls): void {
    this.#send({ type: 'module_changed', game, module });
  }

  /** 16 hex digits of the confirmed state after `tick`, one of those that are kept: the last 10 s. */
  hash_at(tick: number): string | undefined {
    return this.#hashes.at(tick);
  }

  async load(load: LoadRequest): Promise<LoadResult> {
    return (await this.#ask((request_id) => ({ type: 'load', request_id, load }))) as LoadResult;
  }

  async check(): Promise<CheckFacts> {
    return (await this.#ask((request_id) => ({ type: 'check', request_id }))) as CheckFacts;
  }

  /** Of a match that is over and listed; rejects when there is nothing to be seen. */
  async still(match: string, aspect: number): Promise<Still> {
    return (await this.#ask((request_id) => ({ type: 'still', request_id, match, aspect }))) as Still;
  }

  #send(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #ask(make: (request_id: number) => ToWorker): Promise<Answer> {
    const request_id = this.#next_request_id;
    this.#next_request_id += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request_id, { resolve, reject });
      this.#send(make(request_id));
    });
  }

  #tell<Kind extends keyof News>(kind: Kind, news: News[Kind]): void {
    for (const listener of this.#listeners[kind]) listener(news);
  }

  #on_message(message: FromWorker): void {
    switch (message.type) {
      case 'stats':
        this.stats = message.stats;
        this.#hashes.add(message.stats, message.hashes);
        this.#tell('stats', message);
        break;
      case 'dialled':
        this.last_dial = message;
        this.#tell('dialled', message);
        break;
      case 'closed':
        this.last_closed = message.closed;
        this.#tell('closed', message.closed);
        break;
      case 'room':
        this.#keep_resume(message.news);
        this.#tell('room', message.news);
        break;
      case 'game':
        this.game = message.news;
        this.#tell('game', message.news);
        break;
      case 'events':
        this.#tell('events', message.events);
        break;
      case 'standing':
        this.standing = message.standing;
        this.#tell('standing', message.standing);
        break;
      case 'playback':
        this.playback = message.state;
        this.#tell('playback', message.state);
        break;
      case 'timeline':
        this.#tell('timeline', message);
        break;
      case 'replay':
        this.#tell('replay', message.news);
        break;
      case 'frame':
        this.#tell('frame', message);
        break;
      case 'cannot_draw':
        this.#tell('cannot_draw', message);
        break;
      case 'remember':
        store('local', remembered_key, message.remembered ? JSON.stringify(message.remembered) : null);
        break;
      case 'loaded':
        this.#settle(message.request_id)?.resolve(message.result);
        break;
      case 'drawn':
        this.#settle(message.request_id)?.resolve(message.still);
        break;
      case 'checked':
        this.#settle(message.request_id)?.resolve(message.facts);
        break;
      case 'failed':
        this.#settle(message.request_id)?.reject(new Error(message.reason));
        break;
    }
  }

  #keep_resume(news: RoomNews): void {
    if (news.type === 'welcome') {
      this.guest = news.guest;
    } else if (news.type === 'entered') {
      this.#room = news.room.id;
      if (news.role === 'player') store('session', resume_key(news.room.id), news.resume);
    } else if (news.type === 'left' && this.#room) {
      store('session', resume_key(this.#room), null);
    }
  }

  #settle(request_id: number) {
    const waiting = this.#waiting.get(request_id);
    this.#waiting.delete(request_id);
    return waiting;
  }

  #follow_the_page(): void {
    addEventListener('pagehide', () => {
      // Some browsers go on acknowledging for a page that is gone, so it says good-bye.
      this.close(0, 'page left');
      hold_on(farewell_ms);
    });
    // Back from the browser's page cache: the visit goes on.
    addEventListener('pageshow', (event) => {
      if (event.persisted) this.reconnect();
    });
    addEventListener('online', () => this.#send({ type: 'network_changed' }));
  }
}
