// The part of a game's WebAssembly that plays matches back, behind plain functions: gs_playback_… of
// core/client/playback_exports.h in TypeScript, which the module of who only plays does not have. Loaded with
// the player only.
import { FileProblem, file_bytes_max, file_errors } from './file_words.ts';
import type { GameExports, GameModule } from './game_module.ts';
import type { EventKind, EventNotice } from './messages.ts';
import { notice_bytes, read_notice } from './notices.ts';

interface PlaybackExports extends GameExports {
  gs_follow(seat: number): void;
  gs_playback_open(id_bytes: number, first: number, chunk_ticks: number, keeps: number): void;
  gs_playback_show(shown: number): void;
  gs_playback_chunk(number: number, bytes: number): number;
  gs_playback_keyframe(number: number, bytes: number): number;
  gs_playback_end(end: number, is_over: number): void;
  gs_playback_seek(moment: number): void;
  gs_playback_step(ticks: number): void;
  gs_playback_speed(speed: number): void;
  gs_playback_turn(now_us: number, live: number): void;
  gs_playback_work(ticks_max: number): number;
  gs_playback_wanted(): number;
  gs_playback_pieces(): number;
  gs_playback_stats(): number;
  // Modules of matches that are long over may not have what follows.
  gs_playback_warm?(ticks_max: number): number;
  gs_playback_file_room?(bytes: number): number;
  gs_playback_file?(): void;
  gs_playback_file_facts?(): number;
  gs_playback_found?(): number;
  gs_event_words?(): number;
}

export type PieceKind = 'chunk' | 'keyframe';

export interface Piece {
  kind: PieceKind;
  number: number;
}

/** Playback::Stats of core/client/playback.h, in the order written there; a test compares. */
export const playback_stat_names = [
  'shown',
  'goal',
  'known_end',
  'is_waiting',
  'desyncs',
  'failure',
  'failure_tick',
  'ticks_simulated',
  'bytes_kept',
] as const;

export type PlaybackStats = Record<(typeof playback_stat_names)[number], number>;

/** client::PieceError, in its order. */
export const piece_errors = [
  'none',
  'cut',
  'altered',
  'malformed',
  'misplaced',
  'unchained',
  'disagrees',
] as const;
export type PieceError = (typeof piece_errors)[number];

/** Playback::FileFacts of core/client/playback.h, in the order written there; a test compares. */
export const file_fact_names = ['error', 'at', 'first', 'end', 'chunks', 'play_began'] as const;

export type FileFacts = Record<(typeof file_fact_names)[number], number>;

/** Beside the pieces that playing needs. */
export interface Keeps {
  /** Ticks that the running game confirms. */
  running: boolean;
  /** All of the match is fetched by and by. */
  whole: boolean;
}

/** Of `words`, as gs_event_words() gives them. */
export function event_kinds_in(words: string): EventKind[] {
  return words
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', when, sound, feed = '', announcement = ''] = line.split('\t');
      return {
        name,
        when: when === 'p' ? 'predicted' : 'confirmed',
        sound: Number(sound) || 0,
        feed,
        announcement,
      };
    });
}

export class PlaybackModule {
  readonly game: GameModule;
  readonly #exports: PlaybackExports;

  constructor(game: GameModule) {
    this.game = game;
    this.#exports = game.exports as PlaybackExports;
  }

  open(match: string, first: number, chunk_ticks: number, keeps: Keeps): void {
    const id = new TextEncoder().encode(match);
    this.game.put(id);
    const bits = (keeps.running ? 1 : 0) + (keeps.whole ? 2 : 0);
    this.#exports.gs_playback_open(id.length, first, chunk_ticks, bits);
  }

  /** All of a match; warm() then finds out whether it is true. Throws FileProblem. */
  open_file(bytes: Uint8Array): FileFacts {
    const { gs_playback_file_room: room, gs_playback_file: open } = this.#exports;
    if (bytes.length > file_bytes_max || !room || !open) throw new FileProblem('too_large', 0);
    this.game.put_at(room(bytes.length), bytes);
    open();
    const facts = this.file_facts();
    const error = file_errors[facts.error] ?? 'malformed';
    if (error !== 'none') throw new FileProblem(error, facts.at);
    return facts;
  }

  file_facts(): FileFacts {
    const at = this.#exports.gs_playback_file_facts?.() ?? 0;
    const view = this.game.view(at, file_fact_names.length * 8);
    const entries = file_fact_names.map((name, index) => [name, view.getFloat64(index * 8, true)]);
    return Object.fromEntries(entries) as FileFacts;
  }

  /** Of a file that was checked: what people talk about. */
  found_events(): EventNotice[] {
    const count = this.#exports.gs_playback_found?.() ?? 0;
    const at = this.game.exports.gs_event_items();
    return Array.from({ length: count }, (_, index) =>
      read_notice(this.game.view(at + index * notice_bytes, notice_bytes)),
    );
  }

  /** Empty of a module that does not tell. */
  event_kinds(): EventKind[] {
    const bytes = this.#exports.gs_event_words?.() ?? 0;
    const view = this.game.view(this.game.exports.gs_output(), bytes);
    return event_kinds_in(new TextDecoder().decode(view));
  }

  /** Uses time that is left for `ticks_max` ticks: how many chunks were never simulated. */
  warm(ticks_max: number): number {
    return this.#exports.gs_playback_warm?.(ticks_max) ?? 0;
  }

  /** Pictures, events, standing and hashes are those of the playback, or of the running game again. */
  show(shown: boolean): void {
    this.#exports.gs_playback_show(shown ? 1 : 0);
  }

  follow(seat: number | null): void {
    this.#exports.gs_follow(seat ?? -1);
  }

  take({ kind, number }: Piece, bytes: Uint8Array): PieceError {
    this.game.put(bytes);
    const error =
      kind === 'chunk'
        ? this.#exports.gs_playback_chunk(number, bytes.length)
        : this.#exports.gs_playback_keyframe(number, bytes.length);
    return piece_errors[error] ?? 'malformed';
  }

  set_end(end: number, is_over: boolean): void {
    this.#exports.gs_playback_end(Math.max(0, Math.floor(end)), is_over ? 1 : 0);
  }

  seek(moment: number): void {
    this.#exports.gs_playback_seek(moment);
  }

  step(ticks: number): void {
    this.#exports.gs_playback_step(ticks);
  }

  set_speed(speed: number): void {
    this.#exports.gs_playback_speed(speed);
  }

  /** `live`: where to follow to; null: plays by itself. */
  turn(now_us: number, live: number | null): void {
    this.#exports.gs_playback_turn(now_us, live ?? -1);
  }

  /** Whether the picture is where it should be. */
  work(ticks_max: number): boolean {
    return this.#exports.gs_playback_work(ticks_max) !== 0;
  }

  wanted(): Piece[] {
    const count = this.#exports.gs_playback_wanted();
    const view = this.game.view(this.#exports.gs_playback_pieces(), count * 8);
    return Array.from({ length: count }, (_, index) => ({
      number: view.getUint32(8 * index, true),
      kind: view.getUint32(8 * index + 4, true) === 0 ? 'chunk' : 'keyframe',
    }));
  }

  stats(): PlaybackStats {
    const view = this.game.view(this.#exports.gs_playback_stats(), playback_stat_names.length * 8);
    const entries = playback_stat_names.map((name, index) => [name, view.getFloat64(index * 8, true)]);
    return Object.fromEntries(entries) as PlaybackStats;
  }
}
