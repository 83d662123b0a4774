// Sends a load to the echo service and checks what comes back, byte for byte. One load at a time.
import { message_bytes_max } from '../transport/limits.ts';
import type { Session } from '../transport/session.ts';
import type { Connection, Listener } from './connection.ts';
import type { LoadRequest, LoadResult } from './messages.ts';

/** A reliable lane on which nothing comes back for so long is broken. */
const stalled_after_ms = 8000;
/** Datagrams that are not back by then are lost. */
const datagrams_quiet_ms = 1200;

/**
 * Datagrams go in small groups, 500 a second: a busy game's pace. A burst would only measure how much of it
 * the path's window refuses.
 */
const group_datagrams = 5;
const group_every_ms = 10;

/** Bytes that differ at every place and for every seed: a cheap xorshift. */
export function pattern(bytes: number, seed: number): Uint8Array {
  const filled = new Uint8Array(bytes);
  let state = (seed * 2654435761 + 1) >>> 0 || 1;
  for (let at = 0; at < bytes; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    filled[at] = state & 0xff;
  }
  return filled;
}

export function same_bytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** Text of exactly `bytes` ASCII characters, as a JSON string. */
export function text_pattern(bytes: number, seed: number): string {
  const letters = Array.from(pattern(bytes - 2, seed), (byte) => String.fromCharCode(97 + (byte % 26)));
  return `"${letters.join('')}"`;
}

/** How `bytes` are cut into messages: all full but the last; never shorter than an empty JSON string. */
export function message_sizes(bytes: number): number[] {
  const sizes = Array.from({ length: Math.floor(bytes / message_bytes_max) }, () => message_bytes_max);
  const rest = bytes % message_bytes_max;
  if (rest > 0) sizes.push(Math.max(rest, 2));
  return sizes;
}

/** Resolves when `is_done`, or when nothing happened for `quiet_ms`; `touch` counts as something. */
class Progress {
  readonly #quiet_ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #resolve: () => void = () => {};
  readonly finished: Promise<void>;

  constructor(quiet_ms: number) {
    this.#quiet_ms = quiet_ms;
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.touch();
  }

  touch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.finish(), this.#quiet_ms);
  }

  finish(): void {
    clearTimeout(this.#timer);
    this.#resolve();
  }
}

class Tally {
  readonly #started_ms = performance.now();
  #last_ms = this.#started_ms;
  bytes_sent = 0;
  bytes_back = 0;
  pieces_sent = 0;
  pieces_back = 0;
  intact = true;

  sent(bytes: number): void {
    this.bytes_sent += bytes;
    this.pieces_sent += 1;
  }

  back(bytes: number, intact: boolean): void {
    this.bytes_back += bytes;
    this.pieces_back += 1;
    this.intact &&= intact;
    this.#last_ms = performance.now();
  }

  result(kind: LoadRequest['kind'], session: Session): LoadResult {
    return {
      kind,
      transport: session.transport,
      bytes_sent: this.bytes_sent,
      bytes_back: this.bytes_back,
      pieces_sent: this.pieces_sent,
      pieces_back: this.pieces_back,
      intact: this.intact && this.pieces_back > 0,
      ms: this.#last_ms - this.#started_ms,
    };
  }
}

async function load_messages(session: Session, bytes: number, listen: (l: Listener) => void) {
  const tally = new Tally();
  const progress = new Progress(stalled_after_ms);
  const messages = message_sizes(bytes).map(text_pattern);
  listen({
    on_message: (text) => {
      tally.back(text.length, text === messages[tally.pieces_back]);
      progress.touch();
      if (tally.pieces_back === messages.length) progress.finish();
    },
  });
  for (const text of messages) {
    while (session.send_message(text) === 'full') await session.writable();
    tally.sent(text.length);
  }
  await progress.finished;
  return tally.result('message', session);
}

async function load_transfer(session: Session, bytes: number, listen: (l: Listener) => void) {
  const tally = new Tally();
  const progress = new Progress(stalled_after_ms);
  const payload = pattern(bytes, 1);
  listen({
    on_transfer: (back) => {
      tally.back(back.length, same_bytes(back, payload));
      progress.finish();
    },
  });
  while (session.send_transfer(payload) === 'full') await session.writable();
  tally.sent(payload.length);
  await progress.finished;
  return tally.result('transfer', session);
}

/** Datagrams are numbered in their first four bytes; doubles are counted once. */
async function load_datagrams(session: Session, request: LoadRequest, listen: (l: Listener) => void) {
  const tally = new Tally();
  const progress = new Progress(datagrams_quiet_ms);
  const count = request.count ?? 1;
  const waiting = new Map<number, Uint8Array>();
  listen({
    on_datagram: (back) => {
      const number = back.length < 4 ? -1 : new DataView(back.buffer, back.byteOffset).getUint32(0, true);
      const sent = waiting.get(number);
      if (!sent) return;
      waiting.delete(number);
      tally.back(back.length, same_bytes(back, sent));
      progress.touch();
      if (tally.pieces_back === count) progress.finish();
    },
  });
  for (let number = 0; number < count; number += 1) {
    const payload = pattern(Math.max(request.bytes, 4), number);
    new DataView(payload.buffer).setUint32(0, number, true);
    if (number > 0 && number % group_datagrams === 0) await pause(group_every_ms);
    await session.datagram_room();
    waiting.set(number, payload);
    session.send_datagram(payload);
    tally.sent(payload.length);
    progress.touch();
  }
  await progress.finished;
  return tally.result('datagrams', session);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function run_load(connection: Connection, request: LoadRequest): Promise<LoadResult> {
  const { session } = connection;
  if (!session) throw new Error('There is no connection to send on.');
  const listen = (listener: Listener) => connection.listen(listener);
  try {
    if (request.kind === 'message') return await load_messages(session, request.bytes, listen);
    if (request.kind === 'transfer') return await load_transfer(session, request.bytes, listen);
    return await load_datagrams(session, request, listen);
  } finally {
    connection.listen(null);
  }
}
