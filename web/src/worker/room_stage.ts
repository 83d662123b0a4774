// The game of the room the visit is in: loads its module, runs it in step with time, shows it on the picture,
// counts. The Worker's entry gives it what comes over the lanes.
import type { Connection } from './connection.ts';
import { GameHost } from './game_host.ts';
import { type Desync, type GameModule, GameVersionError, ModuleStore } from './game_module.ts';
import type {
  EventNotice,
  GameNews,
  Hands,
  ModuleUrls,
  PlaybackState,
  PlaybackWish,
  PlayStats,
  RoomNews,
  Standing,
  TickHash,
  TimelineEvent,
} from './messages.ts';
import type { PictureHost } from './picture_host.ts';
import type { PlaybackHost } from './playback_host.ts';
import type { Place } from './room_messages.ts';
import { Ticker } from './ticker.ts';

export interface StageLinks {
  connection: Connection;
  post_game(news: GameNews): void;
  post_events(events: EventNotice[]): void;
  post_standing(standing: Standing | null): void;
  post_news(news: RoomNews): void;
  post_playback(state: PlaybackState | null): void;
  post_timeline(match: string, events: TimelineEvent[], players: { seat: number; name: string }[]): void;
}

/** Only who watches needs it. */
const playback_parts = () => import('./playback_host.ts');

/** Transfers that came before the message that says where we are: lanes are not ordered among each other. */
const early_transfers_max = 4;
/** Often enough for a clock that shows seconds, and for a score. */
const standing_every_us = 125_000;

/** A report has 64 KiB at most, with its other fields (docs/protocol.md). */
const state_characters_max = 65_000;

const now_us = () => performance.now() * 1000;

export class RoomStage {
  readonly #links: StageLinks;
  readonly #modules = new ModuleStore();
  readonly #ticker = new Ticker(() => this.#turn());
  #early: Uint8Array[] = [];
  #place: Place | null = null;
  #host: GameHost | null = null;
  #hash: TickHash | null = null;
  #announced = false;
  #stood = '';
  #stood_at_us = 0;
  #module: GameModule | null = null;
  #playback: PlaybackHost | null = null;
  /** What the page's player asked for before there was a match to play; null: it has none. */
  #wishes: PlaybackWish[] | null = null;
  #opened: PlaybackWish | null = null;
  /** Another match is public, and the picture is not at the end of the one before. */
  #next_waits = false;
  /** Of a late viewer: what would tell the end before it was seen. */
  #held: RoomNews[] = [];
  pictures: PictureHost | null = null;

  constructor(links: StageLinks) {
    this.#links = links;
  }

  get host(): GameHost | null {
    return this.#host;
  }

  enter(place: Place): void {
    this.#end_playback();
    this.#place = place;
    this.#hash = null;
    this.#module = null;
    const { tick_rate_hz, epoch } = place.match;
    if (place.class === 'delayed') {
      this.#host = null;
      this.#announced = false;
      this.#ticker.start(1000 / tick_rate_hz);
      void this.#load(null, place);
      return;
    }
    const { connection } = this.#links;
    const host = new GameHost(
      { seat: place.seat, epoch, tick_rate_hz },
      {
        send_datagram: (payload) => connection.session?.send_datagram(payload),
        ask: (request) => connection.session?.send_message(JSON.stringify(request)),
        tell_events: (events) => this.#links.post_events(events),
        report: (desync) => this.#report(desync),
      },
    );
    this.#host = host;
    this.#announced = false;
    for (const payload of this.#early.splice(0)) host.take_transfer(payload, now_us());
    this.#ticker.start(1000 / tick_rate_hz);
    void this.#load(host, place);
  }

  /** Another match in the same room: its ticks go on. */
  set_match(place: Place): void {
    const before = this.#place?.match;
    this.#place = place;
    const playback = this.#playback;
    if (playback && playback.match !== place.match.id) {
      // Who looks at something else than the newest moment goes on with that.
      this.#next_waits = true;
      playback.look_again();
    }
    if (before?.epoch !== place.match.epoch && place.class !== 'delayed') this.enter(place);
  }

  /** Whether news of the room have to wait until the picture is there. */
  holds(news: RoomNews): boolean {
    const is_held = this.#place?.class === 'delayed' && (news.type === 'result' || news.type === 'match');
    if (is_held) {
      this.#held.push(news);
      this.#playback?.look_again();
    }
    return is_held;
  }

  /** Of the page's player. */
  play_back(wish: PlaybackWish): void {
    if (wish.do === 'close') {
      this.#wishes = null;
      if (this.#place?.class !== 'delayed') this.#end_playback();
      return;
    }
    if (wish.do === 'open') {
      this.#opened = wish;
      this.#wishes = [];
      // It comes while the room is entered; whoever needs it hears of a failure.
      playback_parts().catch(() => {});
      void this.#open_playback();
    } else if (this.#playback) {
      this.#playback.do(wish);
    } else {
      this.#wishes?.push(wish);
    }
  }

  /** Loads a module ahead of its use. */
  prepare(url: string): void {
    this.#modules.prepare(url);
  }

  /** While developing: the modules of `game` are others now, and begin with a new keyframe. */
  load_anew(game: string, module: ModuleUrls): void {
    this.#modules.forget();
    if (this.#place?.match.game !== game) return;
    this.enter({ ...this.#place, match: { ...this.#place.match, module } });
    this.#links.connection.session?.send_message(JSON.stringify({ type: 'keyframe' }));
  }

  leave(): void {
    this.#end_playback();
    this.#tell_standing(null, '');
    this.#place = null;
    this.#host = null;
    this.#early = [];
    this.#ticker.stop();
    this.#links.post_game({ state: 'none' });
  }

  take_datagram(payload: Uint8Array): void {
    this.#host?.take_datagram(payload, now_us());
  }

  take_transfer(payload: Uint8Array): void {
    if (this.#host) this.#host.take_transfer(payload, now_us());
    else if (this.#early.push(payload) > early_transfers_max) this.#early.shift();
  }

  set_hands(hands: Hands): void {
    this.#host?.set_hands(hands, now_us());
  }

  scene(aspect: number) {
    const playback = this.#playback;
    const host = playback?.is_shown ? null : this.#host;
    const scene = (playback?.is_shown ? playback.draw(aspect) : host?.draw(now_us(), aspect)) ?? null;
    if (!scene) return null;
    // What it shows is heard with it; the items of the scene are used before that.
    queueMicrotask(() => (host ?? playback)?.after_draw());
    return playback ? { ...scene, camera: playback.seen(scene.camera, aspect) } : scene;
  }

  new_hashes(): TickHash[] {
    const playback = this.#playback;
    const hashes = (playback?.is_shown ? playback.hashes() : this.#host?.new_hashes()) ?? [];
    this.#hash = hashes.at(-1) ?? this.#hash;
    return hashes;
  }

  stats(): PlayStats {
    const place = this.#place;
    const stats = this.#host?.stats() ?? null;
    const tick_of = (tick: number | undefined) => (tick === undefined || tick < 0 ? null : Math.floor(tick));
    const played = this.#playback?.is_shown ? this.#playback : null;
    return {
      game: place?.match.game ?? null,
      room: place?.room.id ?? null,
      match: played?.match ?? place?.match.id ?? null,
      epoch: place?.match.epoch ?? null,
      seat: place?.seat ?? null,
      class: place?.class ?? null,
      tick: tick_of(played ? played.shown : stats?.shown_tick),
      confirmed_tick: tick_of(stats ? stats.confirmed_tick : played?.shown),
      confirmed_hash: this.#hash?.[1] ?? null,
      rollback_depth: stats?.rollback_ticks ?? 0,
      corrections: stats?.corrections ?? 0,
      desyncs: (stats?.desyncs ?? 0) + (played?.desyncs ?? 0),
      early_quarter_ticks:
        stats && place?.seat !== null && stats.consumed_tick >= 0 ? stats.early_quarter_ticks : null,
      predicted_tick: place?.seat === null ? null : tick_of(stats?.predicted_tick),
      delay_ms:
        played?.delay_ms ?? (stats && place ? (1000 * stats.delay_ticks) / place.match.tick_rate_hz : null),
      input_ms: stats && place?.seat !== null && stats.input_latency_ms > 0 ? stats.input_latency_ms : null,
      ticks_repaired: stats?.ticks_repaired ?? 0,
      viewers: place?.room.viewers ?? 0,
      players: place?.room.players ?? 0,
    };
  }

  /** `host`: null for who watches late. */
  async #load(host: GameHost | null, place: Place): Promise<void> {
    const is_late_preview = place.role === 'preview' && place.class === 'delayed';
    const plays_back = is_late_preview || (place.role !== 'player' && place.plays_back);
    const url = this.#modules.choose(place.match.module, plays_back);
    const is_here = () => (host ? this.#host === host : this.#place === place);
    this.#links.post_game({ state: 'loading' });
    try {
      const module = await this.#modules.make(url, place.match.rules_version);
      if (!is_here()) return;
      this.#module = module;
      host?.run(module, this.#links.connection.stats().rtt_ms, now_us());
      this.#announce_when_visible();
      await this.#open_playback();
    } catch (failure) {
      if (!is_here()) return;
      const words = failure instanceof Error ? failure.message : String(failure);
      const other_version = failure instanceof GameVersionError ? `${url} ${words}` : null;
      this.#links.post_game({ state: 'failed', words, other_version });
    }
  }

  /** When there is somebody to play for, and something to play with. */
  async #open_playback(): Promise<void> {
    const [place, module] = [this.#place, this.#module];
    // Behind the question for a name nothing is fetched.
    const is_wanted = place?.role === 'preview' ? place.class === 'delayed' : this.#wishes !== null;
    if (!place || !module || !is_wanted || place.role === 'player') return;
    const { play_public_match } = await playback_parts();
    if (this.#module !== module || this.#playback || !this.#place) return;
    const { match, room, invite } = this.#place;
    const facts = {
      match: match.id,
      view: place.class,
      tick_rate_hz: match.tick_rate_hz,
      delay_s: room.public_delay_s,
    };
    this.#playback = play_public_match(facts, invite, module, {
      now_ms: () => performance.now(),
      post_state: (state) => this.#links.post_playback(state),
      post_timeline: (id, events, players) => this.#links.post_timeline(id, events, players),
      post_events: (events) => this.#links.post_events(events),
      running: () => {
        const stats = this.#host?.stats();
        return { newest: stats?.confirmed_tick ?? -1, shown: stats?.shown_tick ?? -1 };
      },
    });
    if (this.#opened) this.#playback.do(this.#opened);
    for (const wish of this.#wishes?.splice(0) ?? []) this.#playback.do(wish);
  }

  #end_playback(): void {
    this.#playback?.stop();
    this.#playback = null;
    this.#next_waits = false;
    this.#held = [];
  }

  /** Goes on to the next match, and tells what was held back, when the picture is that far. */
  #follow_matches(): void {
    const playback = this.#playback;
    if (!playback) return;
    const is_at_end = this.#place?.class !== 'delayed' || playback.has_shown_end;
    if (this.#held[0]?.type === 'result' && is_at_end) this.#post_held();
    if (!this.#next_waits || !playback.is_live || !is_at_end) return;
    this.#next_waits = false;
    while (this.#held.length > 0) this.#post_held();
    const wishes = playback.kept_wishes();
    playback.stop();
    this.#playback = null;
    this.#wishes?.push(...wishes);
    void this.#open_playback();
  }

  #post_held(): void {
    const news = this.#held.shift();
    if (news) this.#links.post_news(news);
  }

  /** A game that runs has nothing to show until its first keyframe is there. */
  #announce_when_visible(): void {
    this.#announced ||= (this.#host?.stats()?.confirmed_tick ?? this.#playback?.shown ?? -1) >= 0;
    if (this.#announced) this.#links.post_game({ state: 'running' });
  }

  /** For whoever mends it: the server keeps it where its log can be simulated again. */
  #report({ tick, hash, expected, state }: Desync): void {
    let binary = '';
    for (const byte of state) binary += String.fromCharCode(byte);
    const encoded = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    const report = { type: 'desync', tick, hash, expected };
    // The server reads no larger one; without the state it still says when and what.
    const whole = encoded.length <= state_characters_max ? { ...report, state: encoded } : report;
    this.#links.connection.session?.send_message(JSON.stringify(whole));
  }

  #look_at_standing(at_us: number): void {
    const place = this.#place;
    if (place?.match.lifecycle !== 'match' || at_us - this.#stood_at_us < standing_every_us) return;
    this.#stood_at_us = at_us;
    const playback = this.#playback;
    const standing = playback?.is_shown ? playback.standing() : this.#host?.standing();
    if (!standing) return;
    const seconds = Math.ceil(standing.ticks_left / place.match.tick_rate_hz);
    this.#tell_standing(standing, JSON.stringify({ ...standing, ticks_left: seconds }));
  }

  #tell_standing(standing: Standing | null, words: string): void {
    if (words === this.#stood) return;
    this.#stood = words;
    this.#links.post_standing(standing);
  }

  #turn(): void {
    const at_us = now_us();
    this.#host?.turn(at_us);
    this.#playback?.turn();
    this.#follow_matches();
    this.#look_at_standing(at_us);
    if (!this.#announced) this.#announce_when_visible();
    this.pictures?.answer_page();
  }
}
