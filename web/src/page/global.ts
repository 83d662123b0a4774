// `globalThis.grandstand`: what scripts, tests and support may use in the page. Names are part of the
// contract in docs; they do not change without notice.
import type { CheckFacts, Closed, ConnectionStats, LoadResult, TransportChoice } from '../worker/messages.ts';
import type { ConnectionClient, DialNews } from './connection_client.ts';

export interface GrandstandEcho {
  /** Sends `count` datagrams of `bytes` each; resolves with what came back. */
  datagrams(count: number, bytes: number): Promise<LoadResult>;
  /** Sends `bytes` on the bidirectional stream (WebSocket: as messages). */
  stream(bytes: number): Promise<LoadResult>;
  /** Sends `bytes` on a unidirectional stream (WebSocket: as a transfer). */
  transfer(bytes: number): Promise<LoadResult>;
  check(): Promise<CheckFacts>;
  /** Resolves when the session has ended. */
  close(code: number, reason: string): Promise<Closed>;
  choose(choice: TransportChoice): void;
  reconnect(): void;
  last_dial(): DialNews | null;
  last_closed(): Closed | null;
}

export interface Grandstand {
  stats(): ConnectionStats;
  /** The hash of the confirmed state after `tick`, for ticks divisible by the tick rate among the last 10 s. */
  hash_at(tick: number): string | undefined;
  echo: GrandstandEcho;
}

declare global {
  var grandstand: Grandstand;
}

export function publish(client: ConnectionClient): void {
  globalThis.grandstand = {
    stats: () => ({ ...client.stats }),
    hash_at: (tick) => client.hash_at(tick),
    echo: {
      datagrams: (count, bytes) => client.load({ kind: 'datagrams', bytes, count }),
      stream: (bytes) => client.load({ kind: 'message', bytes }),
      transfer: (bytes) => client.load({ kind: 'transfer', bytes }),
      check: () => client.check(),
      close: (code, reason) =>
        new Promise((resolve) => {
          const stop = client.on('closed', (closed) => {
            stop();
            resolve(closed);
          });
          client.close(code, reason);
        }),
      choose: (choice) => client.choose(choice),
      reconnect: () => client.reconnect(),
      last_dial: () => client.last_dial,
      last_closed: () => client.last_closed,
    },
  };
}
