// A Session over WebTransport (HTTP/3). `now` is datagrams, `sure` one bidirectional stream that we open,
// `bulk` one unidirectional stream per transfer. Never touches what a browser lacks: Safari has no
// datagrams.writable, and server-opened bidirectional streams are not used at all.
import { cut_reason, encode_message, FramingError, MessageSplitter } from './framing.ts';
import {
  close_reason_bytes_max,
  datagram_bytes_max,
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

/**
 * Datagrams that may wait in the browser before `held` begins, and before old ones are dropped on arrival.
 */
const datagrams_waiting_max = 64;

interface SafariDatagrams {
  createWritable(): WritableStream<Uint8Array>;
}

function writable_of(datagrams: WebTransportDatagramDuplexStream): WritableStream<Uint8Array> {
  if ('writable' in datagrams) return datagrams.writable;
  return (datagrams as SafariDatagrams).createWritable();
}

export function webtransport_supported(): boolean {
  return 'WebTransport' in globalThis;
}

/** Dials. Rejects when the handshake fails or `signal` aborts. */
export async function dial_webtransport(
  url: string,
  certificate_hashes: Uint8Array<ArrayBuffer>[],
  signal: AbortSignal,
): Promise<Session> {
  signal.throwIfAborted();
  const options: WebTransportOptions = {};
  if (certificate_hashes.length > 0) {
    options.serverCertificateHashes = certificate_hashes.map((value) => ({ algorithm: 'sha-256', value }));
  }
  const connection = new WebTransport(url, options);
  // Both promises reject when a dial fails; whoever waits for one must not leave the other unheard.
  connection.closed.catch(() => {});
  const give_up = () => connection.close();
  signal.addEventListener('abort', give_up);
  try {
    await connection.ready;
  } finally {
    signal.removeEventListener('abort', give_up);
  }
  signal.throwIfAborted();
  return new WebTransportSession(connection);
}

class WebTransportSession implements Session {
  readonly transport = 'webtransport';
  readonly traffic = new_traffic();
  readonly #connection: WebTransport;
  readonly #datagrams: WritableStreamDefaultWriter<Uint8Array>;
  readonly #splitter = new MessageSplitter();
  #sure: Promise<WritableStreamDefaultWriter<Uint8Array>> | null = null;
  #events: SessionEvents | null = null;
  #held: Uint8Array | null = null;
  #queued_bytes = 0;
  #when_writable: (() => void)[] = [];
  #closing: CloseInfo | null = null;
  #closed = false;

  constructor(connection: WebTransport) {
    this.#connection = connection;
    const { datagrams } = connection;
    if ('incomingHighWaterMark' in datagrams) datagrams.incomingHighWaterMark = datagrams_waiting_max;
    if ('outgoingHighWaterMark' in datagrams) datagrams.outgoingHighWaterMark = datagrams_waiting_max;
    this.#datagrams = writable_of(datagrams).getWriter();
    this.#datagrams.closed.catch(() => {});
  }

  start(events: SessionEvents): void {
    this.#events = events;
    this.#connection.closed.then(
      (info) => this.#finish({ by: 'peer', code: info.closeCode ?? 0, reason: info.reason ?? '' }),
      (failure: unknown) => this.#finish({ by: 'error', code: 0, reason: words_of(failure) }),
    );
    this.#sure = this.#open_sure();
    this.#sure.catch(() => {});
    void this.#read_datagrams();
    void this.#read_transfers();
  }

  send_datagram(payload: Uint8Array): DatagramResult {
    if (this.#is_ending()) return 'closed';
    if (payload.length > datagram_bytes_max) return 'too_large';
    if ((this.#datagrams.desiredSize ?? 0) > 0) {
      this.#write_datagram(payload);
      return 'sent';
    }
    if (this.#held) {
      this.traffic.datagrams_replaced += 1;
    } else {
      this.#datagrams.ready.then(
        () => this.#send_held(),
        () => {},
      );
    }
    this.#held = payload;
    return 'held';
  }

  async datagram_room(): Promise<void> {
    await this.#datagrams.ready.catch(() => {});
  }

  send_message(text: string): SendResult {
    const frame = encode_message(text);
    if (!frame) return 'too_large';
    if (this.#is_ending() || !this.#sure) return 'closed';
    if (this.#queued_bytes + frame.length > send_queue_bytes_max) return 'full';
    void this.#send(frame, async () => {
      const writer = await this.#sure;
      await writer?.write(frame);
    });
    return 'sent';
  }

  send_transfer(payload: Uint8Array): SendResult {
    if (payload.length === 0 || payload.length > transfer_bytes_max) return 'too_large';
    if (this.#is_ending()) return 'closed';
    if (this.#queued_bytes > send_queue_bytes_max) return 'full';
    void this.#send(payload, async () => {
      const stream = await this.#connection.createUnidirectionalStream();
      const writer = stream.getWriter();
      await writer.write(payload);
      await writer.close();
    });
    return 'sent';
  }

  writable(): Promise<void> {
    if (this.#has_room()) return Promise.resolve();
    return new Promise((resolve) => this.#when_writable.push(resolve));
  }

  close(code: number, reason: string): void {
    if (this.#is_ending()) return;
    this.#closing = { by: 'us', code, reason: cut_reason(reason, close_reason_bytes_max) };
    this.#connection.close({ closeCode: code, reason: this.#closing.reason });
    // Without start() nobody waits for the end.
    if (!this.#events) this.#closed = true;
  }

  #is_ending(): boolean {
    return this.#closed || this.#closing !== null;
  }

  #finish(info: CloseInfo): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const resolve of this.#when_writable.splice(0)) resolve();
    this.#events?.on_closed(this.#closing ?? info);
  }

  #fail(failure: unknown): void {
    if (failure instanceof FramingError) this.close(close_codes.bad_message, failure.message);
    // Anything else is the end of the connection, which `closed` reports.
  }

  #write_datagram(payload: Uint8Array): void {
    this.traffic.datagrams_sent += 1;
    this.traffic.bytes_sent += payload.length;
    this.#datagrams.write(payload).catch(() => {});
  }

  #send_held(): void {
    const payload = this.#held;
    this.#held = null;
    if (payload && !this.#is_ending()) this.#write_datagram(payload);
  }

  #has_room(): boolean {
    return this.#is_ending() || this.#queued_bytes <= send_queue_bytes_max / 2;
  }

  async #send(bytes: Uint8Array, write: () => Promise<void>): Promise<void> {
    this.#queued_bytes += bytes.length;
    try {
      await write();
      this.traffic.bytes_sent += bytes.length;
    } catch {
      // A refused stream or a connection at its end; `closed` reports the latter.
    }
    this.#queued_bytes -= bytes.length;
    if (this.#has_room()) for (const resolve of this.#when_writable.splice(0)) resolve();
  }

  async #open_sure(): Promise<WritableStreamDefaultWriter<Uint8Array>> {
    const stream = await this.#connection.createBidirectionalStream();
    void this.#read_messages(stream.readable);
    return stream.writable.getWriter();
  }

  async #read_messages(readable: ReadableStream<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of chunks_of(readable)) {
        this.traffic.bytes_received += chunk.length;
        for (const text of this.#splitter.take(chunk)) this.#events?.on_message(text);
      }
    } catch (failure) {
      this.#fail(failure);
    }
  }

  async #read_datagrams(): Promise<void> {
    try {
      for await (const payload of chunks_of(this.#connection.datagrams.readable)) {
        this.traffic.datagrams_received += 1;
        this.traffic.bytes_received += payload.length;
        this.#events?.on_datagram(payload);
      }
    } catch (failure) {
      this.#fail(failure);
    }
  }

  async #read_transfers(): Promise<void> {
    try {
      for await (const stream of chunks_of(this.#connection.incomingUnidirectionalStreams)) {
        void this.#read_transfer(stream as ReadableStream<Uint8Array>);
      }
    } catch (failure) {
      this.#fail(failure);
    }
  }

  async #read_transfer(stream: ReadableStream<Uint8Array>): Promise<void> {
    const parts: Uint8Array[] = [];
    let total = 0;
    try {
      for await (const part of chunks_of(stream)) {
        total += part.length;
        if (total > transfer_bytes_max) throw new FramingError('transfer over the limit');
        this.traffic.bytes_received += part.length;
        parts.push(part);
      }
      this.#events?.on_transfer(joined(parts, total));
    } catch (failure) {
      this.#fail(failure);
    }
  }
}

/** Streams are not async-iterable in every browser that has WebTransport. */
async function* chunks_of<T>(readable: ReadableStream<T>): AsyncGenerator<T> {
  const reader = readable.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

function joined(parts: Uint8Array[], total: number): Uint8Array {
  const whole = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function words_of(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
