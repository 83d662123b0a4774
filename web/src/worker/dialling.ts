// How the visit gets a session: asks where to connect, races the transports, learns which of them work on
// this network. One dial per call; trying again is connection.ts.
import { DialGate } from '../transport/dial_gate.ts';
import { type Attempt, type Dial, race, sleep } from '../transport/dialer.ts';
import { type Directory, fetch_directory } from '../transport/directory.ts';
import { after_failure, may_try_webtransport, type Remembered } from '../transport/preference.ts';
import { close_codes, type Session, type TransportKind } from '../transport/session.ts';
import { dial_websocket } from '../transport/websocket_session.ts';
import { dial_webtransport, webtransport_supported } from '../transport/webtransport_session.ts';
import type { Service, TransportChoice } from './messages.ts';

/** A directory that does not come within this time is a server that does not answer. */
const directory_timeout_ms = 5000;
/** A race that is not over by then is lost; browsers themselves wait up to a minute. */
const race_timeout_ms = 12_000;

/** What is added to the URLs of the directory. */
export const service_paths: Record<Service, string> = { rooms: '', echo: '/echo' };

export interface Dialled {
  session: Session;
  attempts: Attempt[];
  ms: number;
}

export class Dialling {
  /** Shared with the checks: never two pending dials of a kind. */
  readonly gate = new DialGate();
  readonly #on_remember: (remembered: Remembered | null) => void;
  #remembered: Remembered | null = null;
  choice: TransportChoice = 'auto';

  constructor(on_remember: (remembered: Remembered | null) => void) {
    this.#on_remember = on_remember;
  }

  start(choice: TransportChoice, remembered: Remembered | null): void {
    this.choice = choice;
    this.#remembered = remembered;
  }

  /** Another network may not block what the one before did. */
  forget(): void {
    this.#remember(null);
  }

  /** Rejects with RaceError or DirectoryError, or because of `signal`. */
  async dial(service: Service, signal: AbortSignal): Promise<Dialled> {
    const started_ms = performance.now();
    const directory = await fetch_directory(
      AbortSignal.any([signal, AbortSignal.timeout(directory_timeout_ms)]),
    );
    const { session, attempts } = await race({
      dials: this.#dials(directory, service_paths[service]),
      now_ms: () => performance.now(),
      sleep,
      signal: AbortSignal.any([signal, AbortSignal.timeout(race_timeout_ms)]),
    });
    if (signal.aborted) {
      session.close(close_codes.done, 'given up');
      throw signal.reason;
    }
    this.#learn_from(session, directory);
    return { session, attempts, ms: performance.now() - started_ms };
  }

  #dials({ webtransport, websocket }: Directory, path: string): Partial<Record<TransportKind, Dial>> {
    const dials: Partial<Record<TransportKind, Dial>> = {};
    const worth_trying =
      this.choice === 'webtransport' || !websocket || may_try_webtransport(this.#remembered, Date.now());
    if (webtransport && webtransport_supported() && this.choice !== 'websocket' && worth_trying) {
      dials.webtransport = this.gate.alone('webtransport', (signal) =>
        dial_webtransport(webtransport.url + path, webtransport.certificate_hashes, signal),
      );
    }
    if (websocket && this.choice !== 'webtransport') {
      dials.websocket = this.gate.alone('websocket', (signal) =>
        dial_websocket(websocket.url + path, signal),
      );
    }
    return dials;
  }

  #learn_from(session: Session, directory: Directory): void {
    if (session.transport === 'webtransport') {
      if (this.#remembered) this.#remember(null);
      return;
    }
    const was_tried =
      this.choice === 'auto' &&
      directory.webtransport &&
      webtransport_supported() &&
      may_try_webtransport(this.#remembered, Date.now());
    if (was_tried) this.#remember(after_failure(this.#remembered, Date.now()));
  }

  #remember(remembered: Remembered | null): void {
    this.#remembered = remembered;
    this.#on_remember(remembered);
  }
}
