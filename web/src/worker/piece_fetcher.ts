// Fetches pieces of a match, a few at a time, each once: what could not be had is asked for again after the
// time that the server says, or later and later; what came damaged is fetched anew past every cache, once.

import type { PieceSource } from './piece_source.ts';
import type { Piece, PieceError } from './playback_module.ts';

export interface FetcherLinks {
  take(piece: Piece, bytes: Uint8Array): PieceError;
  /** A chunk that is not public yet. */
  not_yet(chunk: number): void;
  /** There is no such chunk, and never will be. */
  never(): void;
  /** A piece is damaged at its source. */
  failed(error: PieceError): void;
}

/** As many as browsers open connections for to a server of HTTP/1.1. */
const at_once_max = 6;
const retry_first_ms = 500;
const retry_longest_ms = 8000;
/** So long nobody asks again for what is damaged, or is not there. */
const given_up_ms = 10_000;

interface Try {
  is_under_way: boolean;
  /** Not before. */
  at_ms: number;
  failed: number;
  damaged: number;
}

export class PieceFetcher {
  readonly #source: PieceSource;
  readonly #signal: AbortSignal;
  readonly #links: FetcherLinks;
  readonly #tries = new Map<string, Try>();
  #under_way = 0;

  constructor(source: PieceSource, signal: AbortSignal, links: FetcherLinks) {
    this.#source = source;
    this.#signal = signal;
    this.#links = links;
  }

  /** `wanted`: the most urgent first. */
  fetch(wanted: readonly Piece[], now_ms: number): void {
    for (const piece of wanted) {
      if (this.#under_way >= at_once_max) return;
      const key = `${piece.kind} ${piece.number}`;
      const known = this.#tries.get(key) ?? { is_under_way: false, at_ms: 0, failed: 0, damaged: 0 };
      if (known.is_under_way || known.at_ms > now_ms) continue;
      known.is_under_way = true;
      this.#tries.set(key, known);
      this.#under_way += 1;
      void this.#get(piece, key, known, now_ms);
    }
  }

  async #get(piece: Piece, key: string, known: Try, now_ms: number): Promise<void> {
    const began_ms = performance.now();
    const later = (after_ms: number) => {
      known.at_ms = now_ms + (performance.now() - began_ms) + after_ms;
    };
    try {
      const answer = await this.#source.piece(piece, known.damaged > 0, this.#signal);
      if (this.#signal.aborted) return;
      known.failed = 0;
      if (answer.state === 'here') {
        const error = this.#links.take(piece, answer.bytes);
        if (error === 'none') {
          this.#tries.delete(key);
        } else {
          known.damaged += 1;
          later(known.damaged > 1 ? given_up_ms : 0);
          if (known.damaged > 1) this.#links.failed(error);
        }
      } else if (answer.state === 'not_yet') {
        later(answer.after_ms);
        if (piece.kind === 'chunk') this.#links.not_yet(piece.number);
      } else {
        later(given_up_ms);
        this.#links.never();
      }
    } catch {
      if (this.#signal.aborted) return;
      later(Math.min(retry_longest_ms, retry_first_ms * 2 ** known.failed));
      known.failed += 1;
    } finally {
      known.is_under_way = false;
      this.#under_way -= 1;
    }
  }
}
