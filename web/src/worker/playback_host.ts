// Plays a match from its pieces in the Worker: fetches them ahead of the picture, keeps the picture where the
// page wants it, and tells the page. For whoever watches a room, late or live (then the running game is shown
// until the page wants another moment), and for replays. Knows no room: a match and where its pieces come
// from. Loaded with the player only.
import type { Camera, Scene } from '../render/draw_list.ts';
import { Eye } from './eye.ts';
import type { GameModule } from './game_module.ts';
import type {
  EventNotice,
  PlaybackState,
  PlaybackWish,
  Standing,
  TickHash,
  TimelineEvent,
  ViewClass,
} from './messages.ts';
import { pan_of } from './notices.ts';
import { PieceFetcher } from './piece_fetcher.ts';
import { HttpSource, type PieceSource, type PublicMatch } from './piece_source.ts';
import { PlaybackModule, type PlaybackStats } from './playback_module.ts';
import { ReleaseClock } from './release_clock.ts';

export interface PlaybackLinks {
  source: PieceSource;
  now_ms(): number;
  post_state(state: PlaybackState | null): void;
  post_timeline(match: string, events: TimelineEvent[], players: { seat: number; name: string }[]): void;
  post_events(events: EventNotice[]): void;
  /** Of a live viewer's running game: its newest confirmed tick, and the moment it shows; −1 without one. */
  running(): { newest: number; shown: number };
}

export interface PlaybackFacts {
  match: string;
  view: ViewClass | 'replay';
  tick_rate_hz: number;
  delay_s: number;
  /** Of a replay: what is known of it, and the second that it begins with. */
  known?: PublicMatch;
  begin_s?: number;
  /** The game has opened it from a file. */
  is_file?: boolean;
}

/**
 * A late picture stays this much behind the newest whole chunk that can be there: the server's quarter of a
 * second, the way, and a little.
 */
const margin_s = 1;
/** The server's answer to what is public now is so old. */
const release_slack_s = 0.3;
/** A Worker has other things to do in a frame, too. */
const work_ms = 8;
const work_ticks = 40;
/** For seeks to come, in each turn. */
const warm_ms = 4;
const warm_ticks = 20;
const state_every_ms = 100;
const facts_again_ms = 10_000;
/** Of a match of which nothing is public yet. */
const facts_early_ms = 1000;
/** A picture that waits so long asks whether the match is over. */
const doubt_after_ms = 1500;
const facts_retry_first_ms = 500;
const facts_retry_longest_ms = 8000;

/** Of the match of a room; `invite` opens one that is not listed. */
export function play_public_match(
  facts: PlaybackFacts,
  invite: string | null,
  game: GameModule,
  links: Omit<PlaybackLinks, 'source'>,
): PlaybackHost {
  return new PlaybackHost(facts, game, { ...links, source: new HttpSource(facts.match, invite) });
}

const failure_words: Record<string, string> = {
  cut: 'a piece of it is too short',
  altered: 'a piece of it was changed on the way',
  malformed: 'a piece of it cannot be read',
  misplaced: 'a piece of it belongs elsewhere',
  unchained: 'its pieces do not fit together',
  disagrees: 'what happened does not lead to what the server saw',
};

export class PlaybackHost {
  readonly #facts: PlaybackFacts;
  readonly #links: PlaybackLinks;
  readonly #module: PlaybackModule;
  readonly #clock: ReleaseClock;
  readonly #fetcher: PieceFetcher;
  readonly #eye = new Eye();
  readonly #over = new AbortController();
  #public: PublicMatch | null = null;
  #asks_facts = false;
  #facts_due_ms = 0;
  #facts_failed = 0;
  #is_gone = false;
  #follows_live = true;
  #speed = 1;
  #followed: number | null = null;
  #play_began: number | null = null;
  #waits_since_ms: number | null = null;
  #stats: PlaybackStats;
  #camera: Camera = { x: 0, y: 0, height: 1, clear: [0, 0, 0, 255] };
  #aspect = 16 / 9;
  #posted = '';
  #posted_ms = 0;
  #failure: string | null = null;
  /** The running game's last picture stays until there is one of the playback. */
  #is_on_its_way = false;
  #live_reached = 0;

  constructor(facts: PlaybackFacts, game: GameModule, links: PlaybackLinks) {
    this.#facts = facts;
    this.#links = links;
    this.#module = new PlaybackModule(game);
    this.#clock = new ReleaseClock(facts.tick_rate_hz);
    this.#fetcher = new PieceFetcher(links.source, this.#over.signal, {
      take: (piece, bytes) => this.#module.take(piece, bytes),
      not_yet: (number) => this.#on_not_yet(number),
      never: () => this.#want_facts(),
      failed: (error) => {
        this.#failure = failure_words[error] ?? null;
      },
    });
    if (!facts.is_file) {
      this.#module.open(facts.match, 0, 2 * facts.tick_rate_hz, { running: false, whole: false });
    }
    this.#module.show(this.is_shown);
    this.#stats = this.#module.stats();
    if (facts.known) {
      this.#facts_due_ms = Number.POSITIVE_INFINITY;
      this.#on_facts(facts.known);
    }
  }

  /** Else the running game is. */
  get is_shown(): boolean {
    return this.#facts.view !== 'live' || !this.#follows_live;
  }

  get match(): string {
    return this.#facts.match;
  }

  get is_live(): boolean {
    return this.#follows_live;
  }

  /** Nothing of it is left to be shown to whoever follows it. */
  get has_shown_end(): boolean {
    if (this.#is_gone) return true;
    const last = this.#last_tick();
    return last !== null && this.#stats.shown >= last;
  }

  stop(): void {
    this.#over.abort();
    this.#module.show(false);
    this.#module.follow(null);
    this.#links.post_state(null);
  }

  /** What the next match of the room is to be watched with. */
  kept_wishes(): PlaybackWish[] {
    const seat = this.#followed;
    return seat === null ? [] : [{ do: 'follow', seat }];
  }

  /** There is news of the match: that it is over, or the next one has begun. */
  look_again(): void {
    this.#want_facts();
  }

  do(wish: PlaybackWish): void {
    const now_ms = this.#links.now_ms();
    switch (wish.do) {
      case 'open':
        this.#eye.is_calm = wish.calm;
        break;
      case 'seek':
        this.#seek(wish.moment);
        break;
      case 'step':
        this.#leave_live(0);
        this.#step(wish.ticks);
        break;
      case 'speed':
        if (wish.speed !== 1 || !this.#follows_live) this.#leave_live(wish.speed);
        break;
      case 'live':
        this.#go_live();
        break;
      case 'follow':
        this.#followed = wish.seat;
        this.#module.follow(wish.seat);
        this.#eye.reset(now_ms);
        break;
      case 'pan':
        this.#eye.pan(wish.by);
        break;
      case 'zoom':
        this.#eye.zoom_by(wish.factor, wish.at);
        break;
      case 'whole':
        this.#followed = null;
        this.#module.follow(null);
        this.#eye.reset(now_ms);
        break;
      case 'close':
        break;
    }
    this.#post_state(true);
  }

  /** About every tick, also while nobody looks. */
  turn(): void {
    const now_ms = this.#links.now_ms();
    this.#ask_when_due(now_ms);
    if (!this.#public) return;
    const is_over = this.#public.over;
    this.#module.set_end(this.#released_end(now_ms), is_over);
    if (this.is_shown) this.#play(now_ms);
    this.#fetcher.fetch(this.is_shown ? this.#module.wanted() : [], now_ms);
    this.#warm();
    this.#post_state(false);
  }

  draw(aspect: number): Scene | null {
    if (this.#public) this.#play(this.#links.now_ms());
    if (this.#stats.shown < 0 || this.#is_on_its_way) return null;
    const scene = this.#module.game.draw(0, aspect);
    this.#camera = scene.camera;
    this.#aspect = aspect;
    return scene.camera.height > 0 ? scene : null;
  }

  /** What the newest picture has shown; after it was drawn, because its items go with the next call. */
  after_draw(): void {
    const events = this.#module.game.take_events();
    if (events.length === 0) return;
    for (const event of events) event.pan = pan_of(event.at[0], this.#camera, this.#aspect);
    this.#links.post_events(events);
  }

  /** Of a picture of this or of the running game. */
  seen(camera: Camera, aspect: number): Camera {
    return this.#eye.look(camera, aspect, this.#followed !== null, this.#links.now_ms());
  }

  standing(): Standing | null {
    if (this.#stats.shown < 0) return null;
    const standing = this.#module.game.standing();
    // The server told before there was anything to see.
    if (standing && standing.phase !== 'waiting') this.#play_began ??= Math.floor(this.#stats.shown);
    return standing;
  }

  /** Of the last 10 s that were shown, oldest first. */
  hashes(): TickHash[] {
    const rate = this.#facts.tick_rate_hz;
    const newest = Math.floor(this.#stats.shown);
    const hashes: TickHash[] = [];
    for (let tick = Math.ceil(Math.max(0, newest - 10 * rate) / rate) * rate; tick <= newest; tick += rate) {
      const hash = this.#module.game.hash_at(tick);
      if (hash !== null) hashes.push([tick, hash]);
    }
    return hashes;
  }

  get shown(): number {
    return this.#stats.shown;
  }

  get desyncs(): number {
    return this.#stats.desyncs;
  }

  get delay_ms(): number {
    const { tick_rate_hz, delay_s, view } = this.#facts;
    if (this.#stats.shown < 0) return 0;
    const end = view === 'live' ? this.#links.running().newest + 1 : this.#newest_end();
    const behind = Math.max(0, (end ?? 0) - 1 - this.#stats.shown);
    return (1000 * behind) / tick_rate_hz + (view === 'delayed' ? 1000 * delay_s : 0);
  }

  // ---- What is known

  #want_facts(): void {
    this.#facts_due_ms = 0;
  }

  #ask_when_due(now_ms: number): void {
    if (this.#asks_facts || now_ms < this.#facts_due_ms) return;
    this.#asks_facts = true;
    this.#facts_due_ms = Number.POSITIVE_INFINITY;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    try {
      const facts = await this.#links.source.facts(this.#over.signal);
      if (this.#over.signal.aborted) return;
      this.#facts_failed = 0;
      if (facts) this.#on_facts(facts);
      else this.#on_no_facts();
    } catch {
      if (this.#over.signal.aborted) return;
      this.#ask_later();
    } finally {
      this.#asks_facts = false;
    }
  }

  #ask_later(): void {
    const after_ms = Math.min(facts_retry_longest_ms, facts_retry_first_ms * 2 ** this.#facts_failed);
    this.#facts_failed += 1;
    this.#facts_due_ms = this.#links.now_ms() + after_ms;
  }

  /** Not public yet, or not any more: that it was shown once tells which. */
  #on_no_facts(): void {
    this.#is_gone = this.#public !== null;
    this.#ask_later();
  }

  #on_facts(facts: PublicMatch): void {
    const is_first = this.#public === null;
    this.#public = facts;
    this.#is_gone = false;
    this.#play_began = facts.play_began ?? this.#play_began;
    const now_ms = this.#links.now_ms();
    if (facts.released_tick !== null) this.#clock.note(facts.released_tick + 1, now_ms);
    else this.#facts_due_ms = now_ms + facts_early_ms;
    if (is_first) this.#begin(facts);
    if (!facts.over && !this.#follows_live) this.#facts_due_ms = now_ms + facts_again_ms;
    // Whoever listens learns first of which match they are.
    this.#post_state(true);
    this.#links.post_timeline(this.#facts.match, facts.events, facts.players);
  }

  #begin(facts: PublicMatch): void {
    const { match, view, is_file, begin_s = 0, tick_rate_hz } = this.#facts;
    if (!is_file) {
      const keeps = { running: view === 'live', whole: view === 'replay' };
      this.#module.open(match, facts.first_tick, facts.chunk_ticks, keeps);
    }
    this.#module.follow(this.#followed);
    this.#module.set_speed(this.#speed);
    if (view === 'replay') {
      this.#follows_live = false;
      const last = this.#last_tick() ?? this.#first();
      this.#module.seek(Math.max(this.#first(), Math.min(last, this.#first() + begin_s * tick_rate_hz)));
    }
  }

  #on_not_yet(chunk: number): void {
    const facts = this.#public;
    if (!facts) return;
    const end = facts.first_tick + (chunk + 1) * facts.chunk_ticks;
    this.#clock.note_not_yet(end, this.#links.now_ms());
  }

  #first(): number {
    return this.#play_began ?? this.#public?.first_tick ?? 0;
  }

  /** null: it is not known to be over. */
  #last_tick(): number | null {
    return this.#public?.over ? (this.#public.released_tick ?? this.#public.first_tick) : null;
  }

  /** The first tick that is not public. */
  #newest_end(): number | null {
    const last = this.#last_tick();
    const end = this.#clock.end(this.#links.now_ms());
    return last !== null && end !== null ? Math.min(end, last + 1) : end;
  }

  /** Pieces before that can be fetched. */
  #released_end(now_ms: number): number {
    const { tick_rate_hz: rate, view, delay_s } = this.#facts;
    const last = this.#last_tick();
    if (last !== null) return last + 1;
    const newest = view === 'live' ? this.#links.running().newest - delay_s * rate : this.#clock.end(now_ms);
    return Math.max(0, (newest ?? 0) - release_slack_s * rate);
  }

  /** The newest moment that can be shown without a stop. */
  #live_moment(): number | null {
    const facts = this.#public;
    if (!facts) return null;
    if (this.#facts.view === 'live') return Math.max(this.#links.running().newest, facts.first_tick);
    const last = this.#last_tick();
    if (this.#facts.view === 'replay') return last;
    const end = this.#clock.end(this.#links.now_ms());
    if (end === null) return null;
    const moment = end - facts.chunk_ticks - margin_s * facts.tick_rate_hz;
    if (moment < facts.first_tick) return null;
    // What was thought to be public may not be; nobody is taken back for that.
    this.#live_reached = Math.max(this.#live_reached, last === null ? moment : Math.min(moment, last));
    return this.#live_reached;
  }

  // ---- Where the picture is

  #leave_live(speed: number): void {
    if (this.#follows_live) {
      this.#follows_live = false;
      if (this.#facts.view === 'live') {
        this.#module.show(true);
        this.#module.seek(Math.floor(this.#links.running().shown));
        this.#is_on_its_way = true;
      }
      this.#facts_due_ms = this.#links.now_ms() + facts_again_ms;
    }
    this.#speed = speed;
    this.#module.set_speed(speed);
  }

  #seek(moment: number): void {
    const live = this.#live_moment();
    // What is not there yet is the newest.
    if (live !== null && moment >= live && this.#facts.view !== 'replay') {
      this.#go_live();
      return;
    }
    this.#leave_live(this.#speed);
    this.#module.seek(Math.max(this.#first(), Math.min(moment, live ?? moment)));
  }

  #step(ticks: number): void {
    const goal = Math.floor(this.#module.stats().goal) + ticks;
    const live = this.#live_moment();
    if (goal < this.#first() || (live !== null && goal > live)) return;
    this.#module.step(ticks);
  }

  #go_live(): void {
    if (this.#facts.view === 'replay') {
      this.#module.seek(this.#last_tick() ?? 0);
      return;
    }
    this.#follows_live = true;
    this.#is_on_its_way = false;
    this.#speed = 1;
    this.#module.set_speed(1);
    this.#module.show(this.is_shown);
  }

  #play(now_ms: number): void {
    const live = this.#live_moment();
    if (this.#follows_live && live === null) return;
    this.#module.turn(1000 * now_ms, this.#follows_live ? live : null);
    const until_ms = now_ms + work_ms;
    while (!this.#module.work(work_ticks)) {
      const stats = this.#module.stats();
      const stands_still = stats.is_waiting !== 0 || stats.ticks_simulated === this.#stats.ticks_simulated;
      this.#stats = stats;
      if (stands_still || this.#links.now_ms() >= until_ms) break;
    }
    this.#stats = this.#module.stats();
    if (this.#stats.shown === this.#stats.goal) this.#is_on_its_way = false;
    if (this.#stats.failure !== 0) this.#failure = failure_words.disagrees ?? null;
    // Who plays faster than time meets the newest moment, and stays with it.
    const meets = !this.#follows_live && this.#speed > 1 && live !== null && this.#stats.shown >= live - 1;
    if (meets && this.#facts.view !== 'replay') this.#go_live();
    this.#doubt(now_ms, this.#is_waiting());
  }

  #warm(): void {
    // Who waits for a picture comes first.
    if (!this.is_shown || this.#stats.shown !== this.#stats.goal) return;
    const until_ms = this.#links.now_ms() + warm_ms;
    while (this.#module.warm(warm_ticks) > 0 && this.#links.now_ms() < until_ms);
  }

  #is_waiting(): boolean {
    const { shown, goal, known_end, is_waiting } = this.#stats;
    if (shown < 0 || is_waiting !== 0) return true;
    const last = this.#last_tick();
    return shown === goal && this.#speed > 0 && shown >= known_end - 1 && (last === null || shown < last);
  }

  #doubt(now_ms: number, is_waiting: boolean): void {
    if (!is_waiting) this.#waits_since_ms = null;
    else this.#waits_since_ms ??= now_ms;
    if (this.#waits_since_ms === null || now_ms - this.#waits_since_ms < doubt_after_ms) return;
    this.#waits_since_ms = now_ms;
    if (!this.#asks_facts) this.#want_facts();
  }

  #post_state(at_once: boolean): void {
    const now_ms = this.#links.now_ms();
    if (!at_once && now_ms - this.#posted_ms < state_every_ms) return;
    this.#posted_ms = now_ms;
    const { match, view, tick_rate_hz, delay_s } = this.#facts;
    const live = this.#live_moment();
    const is_shown = this.is_shown;
    const shown = is_shown && !this.#is_on_its_way ? this.#stats.shown : this.#links.running().shown;
    const state: PlaybackState = {
      match,
      view,
      tick_rate_hz,
      first: this.#first(),
      end: Math.max(live ?? 0, shown, this.#first()),
      shown: shown < 0 ? null : shown,
      speed: this.#speed,
      is_live: this.#follows_live,
      is_waiting: is_shown && this.#is_waiting(),
      is_over: this.#public?.over ?? false,
      delay_ms: this.delay_ms,
      delay_s,
      followed: this.#followed,
      zoom: this.#eye.zoom,
      failure: this.#failure,
    };
    const words = JSON.stringify(state);
    if (words === this.#posted) return;
    this.#posted = words;
    this.#links.post_state(state);
  }
}
