// One match that is over, on the picture: finds the module that it was played with, whatever the game has
// become since, plays it, and tells the page. From the server piece by piece, or from a file, which is wholly
// checked before any of it is shown. Needs no session. Made by replay_door.ts, for one match.

import { time_words } from '../player/time_words.ts';
import type { Scene } from '../render/draw_list.ts';
import {
  FileProblem,
  file_bytes_max,
  unknown_game_words,
  unknown_version_words,
  untrue_words,
} from './file_words.ts';
import { type GameModule, GameVersionError, ModuleStore } from './game_module.ts';
import { type LogHeader, read_log_header } from './log_header.ts';
import type {
  EventNotice,
  PlaybackState,
  PlaybackWish,
  PlayStats,
  ReplayFacts,
  ReplayNews,
  ReplayWish,
  Standing,
  TickHash,
  TimelineEvent,
} from './messages.ts';
import { FileSource, HttpSource, type PieceSource, type PublicMatch } from './piece_source.ts';
import { PlaybackHost } from './playback_host.ts';
import { PlaybackModule, piece_errors } from './playback_module.ts';
import { Ticker } from './ticker.ts';

export interface ReplayLinks {
  post_news(news: ReplayNews): void;
  post_events(events: EventNotice[]): void;
  post_standing(standing: Standing | null): void;
  post_playback(state: PlaybackState | null): void;
  post_timeline(match: string, events: TimelineEvent[], players: { seat: number; name: string }[]): void;
  set_names(names: Map<number, string>): void;
  answer_page(): void;
}

const standing_every_ms = 125;
const check_slice_ms = 14;
const check_ticks = 40;
const games_timeout_ms = 10_000;
/** Somebody who comes while the last ticks are not public yet. */
const ask_again_ms = 1000;
const asks_max = 5;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface OfferedGame {
  id: string;
  title: string;
  rules_version: number;
  module_url: string | null;
}

/** In words for people. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

export class ReplayStage {
  readonly #links: ReplayLinks;
  readonly #modules = new ModuleStore();
  readonly #ticker = new Ticker(() => this.#turn());
  readonly #over = new AbortController();
  readonly #wishes: PlaybackWish[] = [];
  #facts: ReplayFacts | null = null;
  #is_file = false;
  #host: PlaybackHost | null = null;
  #is_running = false;
  #stood = '';
  #stood_at_ms = 0;

  constructor(links: ReplayLinks) {
    this.#links = links;
  }

  close(): void {
    this.#over.abort();
    this.#ticker.stop();
    this.#host?.stop();
    this.#host = null;
    this.#links.post_standing(null);
    this.#links.set_names(new Map());
  }

  async open(wish: Exclude<ReplayWish, { do: 'close' }>): Promise<void> {
    try {
      if (wish.do === 'open') await this.#open_match(wish);
      else await this.#open_file(wish.file);
    } catch (failure) {
      if (this.#over.signal.aborted) return;
      this.#links.post_news({ state: 'failed', words: words_of(failure) });
    }
  }

  play_back(wish: PlaybackWish): void {
    if (this.#host) this.#host.do(wish);
    else this.#wishes.push(wish);
  }

  scene(aspect: number): Scene | null {
    const host = this.#host;
    const scene = host?.draw(aspect) ?? null;
    if (!host || !scene) return null;
    // What it shows is heard with it; the items of the scene are used before that.
    queueMicrotask(() => host.after_draw());
    return { ...scene, camera: host.seen(scene.camera, aspect) };
  }

  hashes(): TickHash[] {
    return this.#host?.hashes() ?? [];
  }

  stats(): Partial<PlayStats> {
    const host = this.#host;
    const shown = host && host.shown >= 0 ? Math.floor(host.shown) : null;
    return {
      game: this.#facts?.game ?? null,
      match: this.#facts?.match ?? null,
      tick: shown,
      confirmed_tick: shown,
      confirmed_hash: host?.hashes().at(-1)?.[1] ?? null,
      desyncs: host?.desyncs ?? 0,
    };
  }

  // ---- From the server

  async #open_match(wish: Extract<ReplayWish, { do: 'open' }>): Promise<void> {
    const source = new HttpSource(wish.match, wish.invite);
    if (wish.module) this.#modules.prepare(wish.module);
    const known = await this.#public_facts(source);
    const { game = '', rules_version, module } = known;
    if (!module?.url || rules_version === undefined) throw new Refusal(unknown_version_words(game));
    const made = await this.#modules.make(module.url, rules_version);
    if (this.#over.signal.aborted) return;
    this.#play({ match: wish.match, game, begin_s: wish.begin_s }, known, made, source);
  }

  async #public_facts(source: PieceSource): Promise<PublicMatch> {
    for (let asked = 1; ; asked += 1) {
      const facts = await source.facts(this.#over.signal);
      if (facts) return facts;
      if (asked === asks_max) throw new Refusal('The match is not public, or not any more.');
      await sleep(ask_again_ms);
    }
  }

  // ---- From a file

  async #open_file(file: File): Promise<void> {
    this.#is_file = true;
    if (file.size > file_bytes_max) throw new FileProblem('too_large', 0);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const header = read_log_header(bytes);
    const game = await this.#module_of(header);
    if (this.#over.signal.aborted) return;
    const module = new PlaybackModule(game);
    const opened = module.open_file(bytes);
    await this.#check(module, opened.chunks, header.tick_rate_hz);
    if (this.#over.signal.aborted) return;
    const { first, end, chunks, play_began } = module.file_facts();
    const known: PublicMatch = {
      first_tick: first,
      play_began: play_began < 0 ? first : play_began,
      released_tick: end - 1,
      released_chunks: chunks,
      chunk_ticks: 2 * header.tick_rate_hz,
      tick_rate_hz: header.tick_rate_hz,
      over: true,
      public_delay_s: 0,
      events: module.found_events(),
      players: [],
    };
    this.#play({ match: header.match, game: header.game, begin_s: 0 }, known, game, new FileSource(known));
  }

  /** By its hash; else the game as it is now, when it has those rules: checking tells whether that fits. */
  async #module_of({ game, module_hash, rules_version }: LogHeader): Promise<GameModule> {
    const signal = AbortSignal.any([this.#over.signal, AbortSignal.timeout(games_timeout_ms)]);
    const answer = await fetch('/api/v1/games', { signal });
    if (!answer.ok) throw new Error(`the server answered with ${answer.status}`);
    const { games } = (await answer.json()) as { games: OfferedGame[] };
    const offered = games.find(({ id }) => id === game);
    if (!offered) throw new Refusal(unknown_game_words(game));
    const current = offered.rules_version === rules_version ? offered.module_url : null;
    const kept = module_hash && `/modules/${module_hash}.wasm`;
    for (const url of [kept, current]) {
      try {
        if (url) return await this.#modules.make(url, rules_version);
      } catch (failure) {
        if (!(failure instanceof GameVersionError)) throw failure;
      }
    }
    throw new Refusal(unknown_version_words(offered.title));
  }

  async #check(module: PlaybackModule, chunks: number, tick_rate_hz: number): Promise<void> {
    for (let left = chunks; left > 0 && !this.#over.signal.aborted; ) {
      this.#links.post_news({ state: 'checking', share: 1 - left / chunks });
      const until_ms = performance.now() + check_slice_ms;
      while (left > 0 && performance.now() < until_ms) left = module.warm(check_ticks);
      const { failure, failure_tick } = module.stats();
      if (failure !== 0) {
        const { first, play_began } = module.file_facts();
        const at = (failure_tick - (play_began < 0 ? first : play_began)) / tick_rate_hz;
        throw new Refusal(untrue_words(piece_errors[failure] === 'disagrees', time_words(at)));
      }
      await sleep(0);
    }
  }

  // ---- Playing

  #play(
    { match, game, begin_s }: { match: string; game: string; begin_s: number },
    known: PublicMatch,
    module: GameModule,
    source: PieceSource,
  ): void {
    const { tick_rate_hz } = known;
    const facts: ReplayFacts = {
      match,
      game,
      tick_rate_hz,
      event_kinds: new PlaybackModule(module).event_kinds(),
      players: known.players.map((player) => ({ ...player, computer: player.computer ?? false })),
    };
    this.#tell_facts(facts);
    this.#host = new PlaybackHost(
      { match, view: 'replay', tick_rate_hz, delay_s: 0, known, begin_s, is_file: this.#is_file },
      module,
      {
        source,
        now_ms: () => performance.now(),
        post_state: (state) => this.#links.post_playback(state),
        post_timeline: (id, events, players) => this.#links.post_timeline(id, events, players),
        post_events: (events) => this.#links.post_events(events),
        running: () => ({ newest: -1, shown: -1 }),
      },
    );
    for (const wish of this.#wishes.splice(0)) this.#host.do(wish);
    this.#ticker.start(1000 / tick_rate_hz);
  }

  #tell_facts(facts: ReplayFacts): void {
    this.#facts = facts;
    this.#links.set_names(new Map(facts.players.map(({ seat, name }) => [seat, name])));
    this.#links.post_news({ state: 'open', facts });
    if (this.#is_running) this.#links.post_news({ state: 'running' });
  }

  #turn(): void {
    const host = this.#host;
    if (!host) return;
    host.turn();
    if (!this.#is_running && host.shown >= 0) {
      this.#is_running = true;
      this.#links.post_news({ state: 'running' });
    }
    this.#look_at_standing(host);
    this.#links.answer_page();
  }

  #look_at_standing(host: PlaybackHost): void {
    const now_ms = performance.now();
    if (!this.#facts || now_ms - this.#stood_at_ms < standing_every_ms) return;
    this.#stood_at_ms = now_ms;
    const standing = host.standing();
    if (!standing) return;
    const ticks_left = Math.ceil(standing.ticks_left / this.#facts.tick_rate_hz);
    const words = JSON.stringify({ ...standing, ticks_left });
    if (words === this.#stood) return;
    this.#stood = words;
    if (this.#is_file) this.#name_seats(standing, this.#facts);
    this.#links.post_standing(standing);
  }

  /** A file knows no names. */
  #name_seats({ seats }: Standing, facts: ReplayFacts): void {
    const players = seats.flatMap(({ who }, seat) => {
      if (who === 'free') return [];
      const computer = who === 'computer';
      return [{ seat, name: `${computer ? 'Computer' : 'Player'} ${seat + 1}`, computer }];
    });
    const is_same = JSON.stringify(players) === JSON.stringify(facts.players);
    if (!is_same) this.#tell_facts({ ...facts, players });
  }
}

function words_of(failure: unknown): string {
  if (failure instanceof Refusal || failure instanceof FileProblem) return failure.message;
  const words = failure instanceof Error ? failure.message : String(failure);
  if (failure instanceof GameVersionError) {
    return `This match was played with a version of the game that this page cannot show (${words}).`;
  }
  return `It could not be loaded: ${words}.`;
}
