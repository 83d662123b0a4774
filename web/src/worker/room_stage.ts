// The game of the room the visit is in: loads its module, runs it in step with time, shows it on the picture,
// counts. The Worker's entry gives it what comes over the lanes.
import type { Connection } from './connection.ts';
import { GameHost } from './game_host.ts';
import { type Desync, GameVersionError, ModuleStore } from './game_module.ts';
import type { EventNotice, GameNews, Hands, PlayStats, Standing, TickHash } from './messages.ts';
import type { PictureHost } from './picture_host.ts';
import type { Place } from './room_messages.ts';
import { Ticker } from './ticker.ts';

export interface StageLinks {
  connection: Connection;
  post_game(news: GameNews): void;
  post_events(events: EventNotice[]): void;
  post_standing(standing: Standing | null): void;
}

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
  pictures: PictureHost | null = null;

  constructor(links: StageLinks) {
    this.#links = links;
  }

  get host(): GameHost | null {
    return this.#host;
  }

  enter(place: Place): void {
    this.#place = place;
    this.#hash = null;
    const { tick_rate_hz, epoch } = place.match;
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
    void this.#load(host, place.match.module.url, place.match.rules_version);
  }

  /** Another match in the same room: its ticks go on. */
  set_match(place: Place): void {
    const is_same = this.#place?.match.epoch === place.match.epoch;
    if (is_same) this.#place = place;
    else this.enter(place);
  }

  /** Loads a module ahead of its use. */
  prepare(url: string): void {
    this.#modules.prepare(url);
  }

  /** While developing: the module behind `url` is another one now, and begins with a new keyframe. */
  load_anew(url: string): void {
    this.#modules.forget();
    if (!this.#place) return;
    this.enter({ ...this.#place, match: { ...this.#place.match, module: { url } } });
    this.#links.connection.session?.send_message(JSON.stringify({ type: 'keyframe' }));
  }

  leave(): void {
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
    const host = this.#host;
    const scene = host?.draw(now_us(), aspect) ?? null;
    // What it shows is heard with it; the items of the scene are used before that.
    if (scene) queueMicrotask(() => host?.after_draw());
    return scene;
  }

  new_hashes(): TickHash[] {
    const hashes = this.#host?.new_hashes() ?? [];
    this.#hash = hashes.at(-1) ?? this.#hash;
    return hashes;
  }

  stats(): PlayStats {
    const place = this.#place;
    const stats = this.#host?.stats() ?? null;
    const tick_of = (tick: number | undefined) => (tick === undefined || tick < 0 ? null : Math.floor(tick));
    return {
      game: place?.match.game ?? null,
      room: place?.room.id ?? null,
      match: place?.match.id ?? null,
      seat: place?.seat ?? null,
      class: place ? 'live' : null,
      tick: tick_of(stats?.shown_tick),
      confirmed_tick: tick_of(stats?.confirmed_tick),
      confirmed_hash: this.#hash?.[1] ?? null,
      rollback_depth: stats?.rollback_ticks ?? 0,
      corrections: stats?.corrections ?? 0,
      desyncs: stats?.desyncs ?? 0,
      early_quarter_ticks:
        stats && place?.seat !== null && stats.consumed_tick >= 0 ? stats.early_quarter_ticks : null,
      predicted_tick: place?.seat === null ? null : tick_of(stats?.predicted_tick),
      delay_ms: stats && place ? (1000 * stats.delay_ticks) / place.match.tick_rate_hz : null,
      input_ms: stats && place?.seat !== null && stats.input_latency_ms > 0 ? stats.input_latency_ms : null,
      ticks_repaired: stats?.ticks_repaired ?? 0,
      viewers: place?.room.viewers ?? 0,
      players: place?.room.players ?? 0,
    };
  }

  async #load(host: GameHost, url: string, rules_version: number): Promise<void> {
    this.#links.post_game({ state: 'loading' });
    try {
      const module = await this.#modules.make(url, rules_version);
      if (this.#host !== host) return;
      host.run(module, this.#links.connection.stats().rtt_ms, now_us());
      this.#announce_when_visible();
    } catch (failure) {
      if (this.#host !== host) return;
      const words = failure instanceof Error ? failure.message : String(failure);
      const other_version = failure instanceof GameVersionError ? `${url} ${words}` : null;
      this.#links.post_game({ state: 'failed', words, other_version });
    }
  }

  /** A game that runs has nothing to show until its first keyframe is there. */
  #announce_when_visible(): void {
    this.#announced ||= (this.#host?.stats()?.confirmed_tick ?? -1) >= 0;
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
    const standing = this.#host?.standing();
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
    this.#look_at_standing(at_us);
    if (!this.#announced) this.#announce_when_visible();
    this.pictures?.answer_page();
  }
}
