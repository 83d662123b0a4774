// A Session over WebSocket, for networks and browsers without WebTransport. `sure` is text frames, `now` and
// `bulk` are binary frames that start with their lane byte (framing.ts).
import {
  cut_reason,
  decode_binary_frame,
  encode_bulk_frame,
  encode_now_frame,
  encode_text,
  FramingError,
  TransferAssembler,
} from './framing.ts';
import {
  close_reason_bytes_max,
  datagram_bytes_max,
  message_bytes_max,
  send_queue_bytes_max,
  transfer_bytes_max,
} from './limits.ts';
import {
  type CloseInfo,
  close_codes,
  type DatagramResult,
  new_traffic,
  type SendResult,
  type Session,
  type SessionEvents,
} from './session.ts';

const orderly_end = 1000;
const first_application_code = 4000;
const last_application_code = 4999;

/** Above this many waiting bytes a datagram is held back: it would only grow old behind them. */
const stale_after_bytes = 32 * 1024;

/** Small enough that a datagram waits for one part only, large enough to need few. */
const bulk_part_bytes = 16 * 1024;

/** WebSocket has no event for "sent"; this often the queue is looked at while someone waits for it. */
const queue_poll_ms = 8;

export function websocket_code_of(code: number): number {
  return code === 0 ? orderly_end : first_application_code + code;
}

/** What a close frame says in our own codes; `error` where the network or the protocol ended it. */
export function close_info_of(event: { code: number; reason: string }): CloseInfo {
  if (event.code === orderly_end) return { by: 'peer', code: 0, reason: event.reason };
  if (event.code >= first_application_code && event.code <= last_application_code) {
    return { by: 'peer', code: event.code - first_application_code, reason: event.reason };
  }
  return { by: 'error', code: 0, reason: event.reason || `WebSocket ended with ${event.code}` };
}

/** Dials. Rejects when the handshake fails or `signal` aborts. */
export function dial_websocket(url: string, signal: AbortSignal): Promise<Session> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    const give_up = () => {
      socket.close();
      reject(signal.reason);
    };
    signal.addEventListener('abort', give_up);
    socket.onopen = () => {
      signal.removeEventListener('abort', give_up);
      resolve(new WebSocketSession(socket));
    };
    socket.onclose = (event) => {
      signal.removeEventListener('abort', give_up);
      reject(new Error(`WebSocket was refused (${event.code})`));
    };
  });
}

class WebSocketSession implements Session {
  readonly transport = 'websocket';
  readonly traffic = new_traffic();
  readonly #socket: WebSocket;
  readonly #transfers = new TransferAssembler();
  readonly #early: MessageEvent[] = [];
  #events: SessionEvents | null = null;
  #next_transfer_id = 1;
  #held: Uint8Array | null = null;
  #closing: CloseInfo | null = null;
  #closed: CloseInfo | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = (event) => this.#on_frame(event);
    socket.onclose = (event) => this.#finish(close_info_of(event));
  }

  start(events: SessionEvents): void {
    this.#events = events;
    for (const event of this.#early.splice(0)) this.#on_frame(event);
    if (this.#closed) events.on_closed(this.#closed);
  }

  send_datagram(payload: Uint8Array): DatagramResult {
    if (!this.#is_open()) return 'closed';
    if (payload.length > datagram_bytes_max) return 'too_large';
    if (this.#socket.bufferedAmount <= stale_after_bytes) {
      this.#write_datagram(payload);
      return 'sent';
    }
    if (this.#held) this.traffic.datagrams_replaced += 1;
    else void this.datagram_room().then(() => this.#send_held());
    this.#held = payload;
    return 'held';
  }

  datagram_room(): Promise<void> {
    return this.#until_queued_below(stale_after_bytes);
  }

  send_message(text: string): SendResult {
    if (!this.#is_open()) return 'closed';
    const bytes = encode_text(text)?.length;
    if (bytes === undefined) return 'too_large';
    if (this.#socket.bufferedAmount + bytes > send_queue_bytes_max) return 'full';
    this.#socket.send(text);
    this.traffic.bytes_sent += bytes;
    return 'sent';
  }

  send_transfer(payload: Uint8Array): SendResult {
    if (payload.length === 0 || payload.length > transfer_bytes_max) return 'too_large';
    if (!this.#is_open()) return 'closed';
    if (this.#socket.bufferedAmount > send_queue_bytes_max) return 'full';
    const id = this.#next_transfer_id;
    this.#next_transfer_id += 1;
    for (let at = 0; at < payload.length; at += bulk_part_bytes) {
      const part = payload.subarray(at, at + bulk_part_bytes);
      this.#socket.send(encode_bulk_frame(id, payload.length, part));
    }
    this.traffic.bytes_sent += payload.length;
    return 'sent';
  }

  writable(): Promise<void> {
    return this.#until_queued_below(send_queue_bytes_max / 2);
  }

  close(code: number, reason: string): void {
    if (this.#closing || this.#closed) return;
    this.#closing = { by: 'us', code, reason: cut_reason(reason, close_reason_bytes_max) };
    this.#socket.close(websocket_code_of(code), this.#closing.reason);
  }

  #is_open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  #finish(info: CloseInfo): void {
    if (this.#closed) return;
    this.#closed = this.#closing ?? info;
    this.#events?.on_closed(this.#closed);
  }

  #write_datagram(payload: Uint8Array): void {
    this.traffic.datagrams_sent += 1;
    this.traffic.bytes_sent += payload.length;
    this.#socket.send(encode_now_frame(payload));
  }

  #send_held(): void {
    const payload = this.#held;
    this.#held = null;
    if (payload && this.#is_open()) this.#write_datagram(payload);
  }

  async #until_queued_below(bytes: number): Promise<void> {
    while (this.#is_open() && this.#socket.bufferedAmount > bytes) {
      await new Promise((resolve) => setTimeout(resolve, queue_poll_ms));
    }
  }

  #on_frame(event: MessageEvent): void {
    if (!this.#events) {
      this.#early.push(event);
      return;
    }
    if (this.#closing || this.#closed) return;
    try {
      if (typeof event.data === 'string') this.#on_text(event.data);
      else this.#on_binary(new Uint8Array(event.data as ArrayBuffer));
    } catch (failure) {
      if (!(failure instanceof FramingError)) throw failure;
      this.close(close_codes.bad_message, failure.message);
    }
  }

  #on_text(text: string): void {
    const bytes = encode_text(text)?.length;
    if (bytes === undefined) throw new FramingError(`message over ${message_bytes_max} bytes`);
    this.traffic.bytes_received += bytes;
    this.#events?.on_message(text);
  }

  #on_binary(bytes: Uint8Array): void {
    const frame = decode_binary_frame(bytes);
    if (frame.lane === 'now') {
      this.traffic.datagrams_received += 1;
      this.traffic.bytes_received += frame.payload.length;
      this.#events?.on_datagram(frame.payload);
      return;
    }
    this.traffic.bytes_received += frame.part.length;
    const transfer = this.#transfers.take(frame.id, frame.total, frame.part);
    if (transfer) this.#events?.on_transfer(transfer);
  }
}
