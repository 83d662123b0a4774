// How the lanes look in bytes, as in core/wire/lanes.h: WebSocket binary frames start with a lane byte; a
// `sure` stream carries u32 little-endian length + UTF-8. Everything that is read here is hostile until
// checked.
import { message_bytes_max, transfer_bytes_max, transfers_max } from './limits.ts';

export const lane_now = 1;
export const lane_bulk = 2;
export const message_head_bytes = 4;
export const bulk_head_bytes = 9;

/** The other side broke the protocol; the session ends. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

function view_of(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** UTF-8 of a message, or null when it is over message_bytes_max. */
export function encode_text(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = encoder.encode(text);
  return bytes.length > message_bytes_max ? null : bytes;
}

/** Length and text, ready for a stream; null when the message is too large. */
export function encode_message(text: string): Uint8Array<ArrayBuffer> | null {
  const body = encode_text(text);
  if (!body) return null;
  const frame = new Uint8Array(message_head_bytes + body.length);
  view_of(frame).setUint32(0, body.length, true);
  frame.set(body, message_head_bytes);
  return frame;
}

/** Splits the bytes of a `sure` stream into messages. Bounds each length before it keeps a byte. */
export class MessageSplitter {
  readonly #head = new Uint8Array(message_head_bytes);
  #head_filled = 0;
  #body: Uint8Array | null = null;
  #body_filled = 0;

  /** Takes a chunk of any size; gives the messages that it completes. Throws FramingError. */
  take(chunk: Uint8Array): string[] {
    const messages: string[] = [];
    let rest = chunk;
    while (rest.length > 0 || this.#is_complete()) {
      if (!this.#body) rest = this.#take_head(rest);
      if (this.#body) rest = this.#take_body(this.#body, rest);
      if (this.#body && this.#is_complete()) messages.push(this.#finish(this.#body));
    }
    return messages;
  }

  #is_complete(): boolean {
    return this.#body !== null && this.#body_filled === this.#body.length;
  }

  #take_head(from: Uint8Array): Uint8Array {
    const part = from.subarray(0, message_head_bytes - this.#head_filled);
    this.#head.set(part, this.#head_filled);
    this.#head_filled += part.length;
    if (this.#head_filled === message_head_bytes) {
      const length = view_of(this.#head).getUint32(0, true);
      if (length > message_bytes_max) throw new FramingError(`message of ${length} bytes`);
      this.#body = new Uint8Array(length);
      this.#body_filled = 0;
    }
    return from.subarray(part.length);
  }

  #take_body(body: Uint8Array, from: Uint8Array): Uint8Array {
    const part = from.subarray(0, body.length - this.#body_filled);
    body.set(part, this.#body_filled);
    this.#body_filled += part.length;
    return from.subarray(part.length);
  }

  #finish(body: Uint8Array): string {
    this.#body = null;
    this.#head_filled = 0;
    try {
      return decoder.decode(body);
    } catch {
      throw new FramingError('message that is not UTF-8');
    }
  }
}

/** A WebSocket binary frame of the `now` lane. */
export function encode_now_frame(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(1 + payload.length);
  frame[0] = lane_now;
  frame.set(payload, 1);
  return frame;
}

/** A WebSocket binary frame of the `bulk` lane: one part of a transfer of `total` bytes. */
export function encode_bulk_frame(id: number, total: number, part: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(bulk_head_bytes + part.length);
  const view = view_of(frame);
  view.setUint8(0, lane_bulk);
  view.setUint32(1, id, true);
  view.setUint32(5, total, true);
  frame.set(part, bulk_head_bytes);
  return frame;
}

export type BinaryFrame =
  | { lane: 'now'; payload: Uint8Array }
  | { lane: 'bulk'; id: number; total: number; part: Uint8Array };

/** Reads a WebSocket binary frame. Throws FramingError. */
export function decode_binary_frame(frame: Uint8Array): BinaryFrame {
  if (frame[0] === lane_now) return { lane: 'now', payload: frame.subarray(1) };
  if (frame[0] !== lane_bulk) throw new FramingError('frame of an unknown lane');
  if (frame.length < bulk_head_bytes) throw new FramingError('bulk frame without its head');
  const view = view_of(frame);
  return {
    lane: 'bulk',
    id: view.getUint32(1, true),
    total: view.getUint32(5, true),
    part: frame.subarray(bulk_head_bytes),
  };
}

/** Puts the parts of WebSocket transfers together again. */
export class TransferAssembler {
  readonly #open = new Map<number, { bytes: Uint8Array; filled: number }>();

  /** The whole transfer once its last part is in, else null. Throws FramingError. */
  take(id: number, total: number, part: Uint8Array): Uint8Array | null {
    const transfer = this.#open.get(id) ?? this.#begin(id, total);
    if (part.length === 0) throw new FramingError('empty part of a transfer');
    if (transfer.bytes.length !== total) throw new FramingError('transfer that changed its size');
    if (part.length > total - transfer.filled) throw new FramingError('transfer over its size');
    transfer.bytes.set(part, transfer.filled);
    transfer.filled += part.length;
    if (transfer.filled < total) return null;
    this.#open.delete(id);
    return transfer.bytes;
  }

  #begin(id: number, total: number): { bytes: Uint8Array; filled: number } {
    if (total === 0 || total > transfer_bytes_max) throw new FramingError(`transfer of ${total} bytes`);
    if (this.#open.size >= transfers_max) throw new FramingError('too many transfers at once');
    const transfer = { bytes: new Uint8Array(total), filled: 0 };
    this.#open.set(id, transfer);
    return transfer;
  }
}

/** Cuts a close reason to `bytes_max` bytes of UTF-8, between characters. */
export function cut_reason(reason: string, bytes_max: number): string {
  const room = new Uint8Array(bytes_max);
  const { read } = encoder.encodeInto(reason, room);
  return reason.slice(0, read);
}
