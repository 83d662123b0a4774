// Session: one connection to the server through its three lanes, whichever transport carries it. The
// browser's side of server/net/session.h; lanes are described in docs/protocol.md, "Lanes". Lives in the
// Worker.

export type TransportKind = 'webtransport' | 'websocket';

/** `held`: the path takes none now; this datagram replaced whatever was held and goes when it can. */
export type DatagramResult = 'sent' | 'held' | 'too_large' | 'closed';

/** `full`: nothing was queued; writable() tells when to try again. */
export type SendResult = 'sent' | 'full' | 'too_large' | 'closed';

/** Close codes are ours, 0 for an orderly end. `error`: the network or the browser ended it; code is 0. */
export interface CloseInfo {
  by: 'us' | 'peer' | 'error';
  code: number;
  reason: string;
}

export interface SessionEvents {
  /** `now` lane: may be lost, late or doubled. */
  on_datagram(payload: Uint8Array): void;
  /** `sure` lane: one whole message. */
  on_message(text: string): void;
  /** `bulk` lane: one whole transfer. */
  on_transfer(payload: Uint8Array): void;
  /** Once, at the end; nothing follows. */
  on_closed(info: CloseInfo): void;
}

/** Payload bytes of all lanes. */
export interface Traffic {
  bytes_sent: number;
  bytes_received: number;
  datagrams_sent: number;
  datagrams_received: number;
  datagrams_replaced: number;
}

export interface Session {
  readonly transport: TransportKind;
  readonly traffic: Readonly<Traffic>;

  /** Events flow from now on. Called once, by whoever won the race. */
  start(events: SessionEvents): void;

  send_datagram(payload: Uint8Array): DatagramResult;
  /** Resolves when send_datagram() would send at once, or the session ends. */
  datagram_room(): Promise<void>;

  send_message(text: string): SendResult;
  send_transfer(payload: Uint8Array): SendResult;
  /** Resolves when the queue of messages and transfers is below half of its limit, or the session ends. */
  writable(): Promise<void>;

  /** `code` from 0 to close_code_max. on_closed() follows. */
  close(code: number, reason: string): void;
}

/** WebSocket leaves applications the codes 4000 to 4999; 1000 is our 0. */
export const close_code_max = 999;

/** The codes of server/net/close_codes.h, compared by a test; from 100 on they are the client's own. */
export const close_codes = {
  done: 0,
  going_away: 1,
  too_much: 2,
  bad_message: 4,
  timed_out: 5,
  /** Nothing came back from the server for too long. */
  silent: 100,
} as const;

export function new_traffic(): Traffic {
  return {
    bytes_sent: 0,
    bytes_received: 0,
    datagrams_sent: 0,
    datagrams_received: 0,
    datagrams_replaced: 0,
  };
}
