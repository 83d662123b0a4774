// Where the pieces of a match come from: the server's /api/v1/matches/{id} (docs/protocol.md). What is public
// never changes, so browsers and whatever is between keep it; what is not yet, the server says when to ask
// for again.
import type { TimelineEvent } from './messages.ts';
import type { Piece } from './playback_module.ts';

/** What there is to know of a match, as far as it is public. */
export interface PublicMatch {
  first_tick: number;
  play_began: number | null;
  released_tick: number | null;
  released_chunks: number;
  chunk_ticks: number;
  tick_rate_hz: number;
  over: boolean;
  public_delay_s: number;
  events: TimelineEvent[];
  players: { seat: number; name: string; computer?: boolean }[];
  game?: string;
  rules_version?: number;
  module?: { hash: string; url: string | null };
}

export type PieceAnswer =
  | { state: 'here'; bytes: Uint8Array }
  | { state: 'not_yet'; after_ms: number }
  | { state: 'never' };

export interface PieceSource {
  /** null: there is no such match, or none that is public. Rejects when nobody answers. */
  facts(signal: AbortSignal): Promise<PublicMatch | null>;
  /** `fresh`: not out of a cache. */
  piece(piece: Piece, fresh: boolean, signal: AbortSignal): Promise<PieceAnswer>;
}

const timeout_ms = 10_000;
/** When the server does not say. */
const retry_after_ms = 1000;

function is_count(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function is_match(value: Record<string, unknown> | null): value is Record<string, unknown> & PublicMatch {
  return (
    value !== null &&
    is_count(value.first_tick) &&
    is_count(value.released_chunks) &&
    is_count(value.chunk_ticks) &&
    value.chunk_ticks > 0 &&
    is_count(value.tick_rate_hz) &&
    value.tick_rate_hz > 0 &&
    Array.isArray(value.events) &&
    Array.isArray(value.players)
  );
}

export class HttpSource implements PieceSource {
  readonly #path: string;
  readonly #query: string;

  constructor(match: string, invite: string | null) {
    this.#path = `/api/v1/matches/${encodeURIComponent(match)}`;
    this.#query = invite === null ? '' : `?invite=${encodeURIComponent(invite)}`;
  }

  async facts(signal: AbortSignal): Promise<PublicMatch | null> {
    const response = await this.#get('', { cache: 'no-store' }, signal);
    if (response.status === 404) return null;
    if (!response.ok) throw new Error(`matches answered with ${response.status}`);
    const facts = await response.json();
    if (!is_match(facts)) throw new Error('matches answered without a match');
    return facts;
  }

  async piece({ kind, number }: Piece, fresh: boolean, signal: AbortSignal): Promise<PieceAnswer> {
    const response = await this.#get(`/${kind}s/${number}`, fresh ? { cache: 'reload' } : {}, signal);
    if (response.ok) return { state: 'here', bytes: new Uint8Array(await response.arrayBuffer()) };
    const after = response.headers.get('Retry-After');
    if (response.status === 404 && after === null) return { state: 'never' };
    if (response.status !== 404 && response.status !== 429 && response.status !== 503) {
      throw new Error(`${kind} ${number} was answered with ${response.status}`);
    }
    const seconds = Number(after);
    return { state: 'not_yet', after_ms: seconds > 0 && seconds < 60 ? 1000 * seconds : retry_after_ms };
  }

  #get(rest: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    const both = AbortSignal.any([signal, AbortSignal.timeout(timeout_ms)]);
    return fetch(this.#path + rest + this.#query, { ...init, signal: both });
  }
}

/** Of a match that the game has opened from a file: nothing is ever asked for. */
export class FileSource implements PieceSource {
  readonly #facts: PublicMatch;

  constructor(facts: PublicMatch) {
    this.#facts = facts;
  }

  facts(): Promise<PublicMatch> {
    return Promise.resolve(this.#facts);
  }

  piece(): Promise<PieceAnswer> {
    return Promise.resolve({ state: 'never' });
  }
}
