// A game's WebAssembly behind plain functions: core/client/exports.h in TypeScript. Knows memory and
// pointers, so that nobody else does. Views are made anew for each call, because memory that grows leaves
// old ones empty.

import { item_bytes, items_max, type Scene } from '../render/draw_list.ts';
import { type ClientStats, read_stats, stat_names } from './client_stats.ts';
import type { EventNotice, ModuleUrls, Standing } from './messages.ts';
import { notice_bytes, read_notice, read_standing, standing_bytes } from './notices.ts';

export const abi_version = 4;

export interface GameExports {
  memory: WebAssembly.Memory;
  _initialize?(): void;
  gs_abi_version(): number;
  gs_rules_version(): number;
  gs_scratch(bytes: number): number;
  gs_enter(seat: number, epoch: number, now_us: number): void;
  gs_datagram(bytes: number, now_us: number): void;
  gs_transfer(bytes: number, now_us: number): void;
  gs_controls(
    held: number,
    pressed: number,
    x: number,
    y: number,
    pointer_x: number,
    pointer_y: number,
    aim_x: number,
    aim_y: number,
  ): void;
  gs_round_trip(rtt_us: number): void;
  gs_turn(now_us: number): void;
  gs_take_datagram(): number;
  gs_output(): number;
  gs_take_request(): number;
  gs_request_first(): number;
  gs_request_count(): number;
  gs_draw(now_us: number, aspect: number): number;
  gs_draw_items(): number;
  gs_camera(): number;
  gs_take_events(): number;
  gs_event_items(): number;
  gs_standing(): number;
  gs_take_desync(): number;
  gs_desync_tick(): number;
  gs_desync_hash(): bigint;
  gs_desync_expected(): bigint;
  gs_stats(): number;
  gs_has_hash(tick: number): number;
  gs_hash_at(tick: number): bigint;
}

export type GameRequest = { type: 'repair'; first: number; count: number } | { type: 'keyframe' };

/** What hands do, in the world of the game; core/game/controls.h. */
export interface Controls {
  held: number;
  pressed: number;
  move: readonly [number, number];
  pointer: readonly [number, number];
  aim: readonly [number, number];
}

/** A confirmed state that is not the server's; hashes as 16 hex digits. */
export interface Desync {
  tick: number;
  hash: string;
  expected: string;
  state: Uint8Array;
}

/** There is no module, or it is not a game at all. */
export class GameModuleError extends Error {
  override readonly name: string = 'GameModuleError';
}

/** Page, module and room are not of one version, or the module is gone: what a new page mends. */
export class GameVersionError extends GameModuleError {
  override readonly name = 'GameVersionError';
}

const request_kind = { repair: 1, keyframe: 2 } as const;

export class GameModule {
  readonly #exports: GameExports;

  /** For playback_module.ts, which is loaded later. */
  get exports(): GameExports {
    return this.#exports;
  }

  /** Throws GameVersionError when its interface is not the page's, or its rules are not the room's. */
  constructor(exports: GameExports, rules_version: number) {
    this.#exports = exports;
    exports._initialize?.();
    const version = exports.gs_abi_version();
    if (version !== abi_version) throw new GameVersionError(`interface ${version} instead of ${abi_version}`);
    const rules = exports.gs_rules_version();
    if (rules !== rules_version) throw new GameVersionError(`rules ${rules} instead of ${rules_version}`);
  }

  enter(seat: number | null, epoch: number, now_us: number): void {
    this.#exports.gs_enter(seat ?? -1, epoch, now_us);
  }

  datagram(payload: Uint8Array, now_us: number): void {
    this.put(payload);
    this.#exports.gs_datagram(payload.length, now_us);
  }

  transfer(payload: Uint8Array, now_us: number): void {
    this.put(payload);
    this.#exports.gs_transfer(payload.length, now_us);
  }

  controls({ held, pressed, move, pointer, aim }: Controls): void {
    this.#exports.gs_controls(held, pressed, ...move, ...pointer, ...aim);
  }

  /** What the first inputs are timed by; best before enter(). */
  round_trip(rtt_us: number): void {
    this.#exports.gs_round_trip(rtt_us);
  }

  turn(now_us: number): void {
    this.#exports.gs_turn(now_us);
  }

  /** A datagram that wants to be sent; a copy. */
  take_datagram(): Uint8Array | null {
    const bytes = this.#exports.gs_take_datagram();
    return bytes === 0 ? null : this.#bytes(this.#exports.gs_output(), bytes).slice();
  }

  take_request(): GameRequest | null {
    const kind = this.#exports.gs_take_request();
    if (kind === request_kind.keyframe) return { type: 'keyframe' };
    if (kind !== request_kind.repair) return null;
    const first = this.#exports.gs_request_first() >>> 0;
    return { type: 'repair', first, count: this.#exports.gs_request_count() >>> 0 };
  }

  /** The picture of now; its items are valid until the next call of any kind. */
  draw(now_us: number, aspect: number): Scene {
    const count = Math.min(this.#exports.gs_draw(now_us, aspect), items_max);
    const items = this.#bytes(this.#exports.gs_draw_items(), count * item_bytes);
    const view = this.view(this.#exports.gs_camera(), 16);
    const byte = (offset: number) => view.getUint8(offset);
    const camera = {
      x: view.getFloat32(0, true),
      y: view.getFloat32(4, true),
      height: view.getFloat32(8, true),
      clear: [byte(12), byte(13), byte(14), byte(15)] as const,
    };
    return { items, count, camera };
  }

  /** What has happened, or changed, since the last call. */
  take_events(): EventNotice[] {
    const count = this.#exports.gs_take_events();
    if (count === 0) return [];
    const at = this.#exports.gs_event_items();
    return Array.from({ length: count }, (_, index) =>
      read_notice(this.view(at + index * notice_bytes, notice_bytes)),
    );
  }

  /** null for games without an end. */
  standing(): Standing | null {
    const at = this.#exports.gs_standing();
    return at === 0 ? null : read_standing(this.view(at, standing_bytes));
  }

  take_desync(): Desync | null {
    const bytes = this.#exports.gs_take_desync();
    if (bytes === 0) return null;
    return {
      state: this.#bytes(this.#exports.gs_output(), bytes).slice(),
      tick: this.#exports.gs_desync_tick() >>> 0,
      hash: hash_words(this.#exports.gs_desync_hash()),
      expected: hash_words(this.#exports.gs_desync_expected()),
    };
  }

  stats(): ClientStats {
    return read_stats(this.view(this.#exports.gs_stats(), stat_names.length * 8));
  }

  /** 16 lower-case hex digits of the confirmed state after `tick`, or null when it is not known. */
  hash_at(tick: number): string | null {
    if (this.#exports.gs_has_hash(tick) === 0) return null;
    return hash_words(this.#exports.gs_hash_at(tick));
  }

  /** Into the scratch buffer, where the next call looks for it. */
  put(payload: Uint8Array): void {
    this.put_at(this.#exports.gs_scratch(payload.length), payload);
  }

  /** Where the module has room for it. */
  put_at(at: number, payload: Uint8Array): void {
    this.#bytes(at, payload.length).set(payload);
  }

  #bytes(at: number, count: number): Uint8Array {
    return new Uint8Array(this.#exports.memory.buffer, at >>> 0, count);
  }

  view(at: number, bytes: number): DataView {
    return new DataView(this.#exports.memory.buffer, at >>> 0, bytes);
  }
}

function hash_words(hash: bigint): string {
  return BigInt.asUintN(64, hash).toString(16).padStart(16, '0');
}

/** Compiled modules by URL, for the whole visit: a second room of the same game starts at once. */
export class ModuleStore {
  readonly #modules = new Map<string, Promise<WebAssembly.Module>>();
  /** Of a module that only plays: who has the other one needs it no more. */
  readonly #whole_of = new Map<string, string>();

  prepare(url: string): void {
    if (this.#modules.has(this.#whole_of.get(url) ?? '')) return;
    // Whoever needs it hears of the failure.
    this.#compiled(url).catch(() => {});
  }

  /** The smaller one where that is enough, unless the other is here anyway. */
  choose({ url, play_url }: ModuleUrls, plays_back: boolean): string {
    if (play_url) this.#whole_of.set(play_url, url);
    return plays_back || !play_url || this.#modules.has(url) ? url : play_url;
  }

  /** Rejects with GameModuleError, in words. A failure is not kept: the next call tries again. */
  async make(url: string, rules_version: number): Promise<GameModule> {
    try {
      const instance = await WebAssembly.instantiate(await this.#compiled(url), {});
      return new GameModule(instance.exports as unknown as GameExports, rules_version);
    } catch (failure) {
      this.#modules.delete(url);
      if (failure instanceof GameModuleError) throw failure;
      throw new GameModuleError(failure instanceof Error ? failure.message : String(failure));
    }
  }

  #compiled(url: string): Promise<WebAssembly.Module> {
    const compiling = this.#modules.get(url) ?? compile(url);
    this.#modules.set(url, compiling);
    return compiling;
  }

  forget(): void {
    this.#modules.clear();
  }
}

async function compile(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) {
    // Its name has its hash: it was there, and a server of another version has taken over.
    const Failure = response.status === 404 ? GameVersionError : GameModuleError;
    throw new Failure(`the server answered with ${response.status}`);
  }
  const type = response.headers.get('Content-Type') ?? '';
  // Streaming insists on the type; a proxy in between may have dropped it.
  if (type.startsWith('application/wasm')) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}
