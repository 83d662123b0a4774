// Keeps one session open for the whole visit: dials, notices silence, reconnects with back-off, counts. The
// Worker's entry (connection_worker.ts) gives it the page's wishes and takes its news to the page.
import { Backoff } from '../transport/backoff.ts';
import { DialGate } from '../transport/dial_gate.ts';
import { type Attempt, type Dial, RaceError, race, sleep } from '../transport/dialer.ts';
import { type Directory, fetch_directory } from '../transport/directory.ts';
import { after_failure, may_try_webtransport, type Remembered } from '../transport/preference.ts';
import {
  type CloseInfo,
  close_codes,
  new_traffic,
  type Session,
  type SessionEvents,
  type Traffic,
} from '../transport/session.ts';
import { dial_websocket } from '../transport/websocket_session.ts';
import { dial_webtransport, webtransport_supported, words_of } from '../transport/webtransport_session.ts';
import type { Closed, ConnectionState, ConnectionStats, PingSample, TransportChoice } from './messages.ts';
import { Pinger } from './pinger.ts';
import { RateMeter } from './rate_meter.ts';

/** The service at the other end; /wt and /ws themselves are for rooms. */
export const service_path = '/echo';

/** A directory that does not come within this time is a server that does not answer. */
const directory_timeout_ms = 5000;
/** A race that is not over by then is lost; browsers themselves wait up to a minute. */
const race_timeout_ms = 12_000;
/** Without any byte from the server for so long, the connection is dead whatever the browser says. */
const silence_max_ms = 10_000;
const ping_every_ms = 1000;
const ping_every_while_watched_ms = 100;
/** A connection that held this long was a good one: the next failure starts with a short wait again. */
const good_after_ms = 5000;

export interface ConnectionEvents {
  on_dialled(attempts: Attempt[], connected: boolean, reason: string): void;
  on_closed(closed: Closed): void;
  on_remember(remembered: Remembered | null): void;
}

/** Who wants to see what comes back on the lanes (echo loads). */
export type Listener = Partial<Pick<SessionEvents, 'on_datagram' | 'on_message' | 'on_transfer'>>;

export class Connection {
  /** Shared with the checks: never two pending dials of a kind. */
  readonly gate = new DialGate();
  readonly #events: ConnectionEvents;
  readonly #pinger = new Pinger();
  readonly #backoff = new Backoff();
  readonly #rates = new RateMeter();
  readonly #before = new_traffic();
  #choice: TransportChoice = 'auto';
  #remembered: Remembered | null = null;
  #state: ConnectionState = 'connecting';
  #session: Session | null = null;
  #listener: Listener | null = null;
  #effort: AbortController | null = null;
  #nap: AbortController | null = null;
  #connections = 0;
  #dial_ms: number | null = null;
  #opened_at_ms = 0;
  #heard_at_ms = 0;
  #pinged_at_ms = 0;
  #turned_at_ms = 0;
  #watched = false;

  constructor(events: ConnectionEvents) {
    this.#events = events;
  }

  get session(): Session | null {
    return this.#session;
  }

  get choice(): TransportChoice {
    return this.#choice;
  }

  start(choice: TransportChoice, remembered: Remembered | null): void {
    this.#choice = choice;
    this.#remembered = remembered;
    this.#keep_connected('connecting');
  }

  /** Ends what there is and dials anew, now. */
  reconnect(choice: TransportChoice): void {
    this.#choice = choice;
    if (choice === 'webtransport') this.#remember(null);
    this.#backoff.reset();
    this.#keep_connected('connecting');
    const session = this.#session;
    if (!session) return;
    const reason = 'connecting anew';
    session.close(close_codes.done, reason);
    this.#on_end(session, { by: 'us', code: close_codes.done, reason });
  }

  /** Ends the session and stays closed until reconnect(). */
  close(code: number, reason: string): void {
    this.#stop_dialling();
    this.#state = 'closed';
    this.#session?.close(code, reason);
  }

  /** Another network may not block what the one before did; and waiting is over. */
  network_changed(): void {
    this.#remember(null);
    this.#backoff.reset();
    this.#nap?.abort();
  }

  /** While somebody looks at the graph, it gets ten points a second. */
  set_watched(watched: boolean): void {
    this.#watched = watched;
  }

  listen(listener: Listener | null): void {
    this.#listener = listener;
  }

  /** To be called about every 50 ms. */
  turn(now_ms: number): void {
    const slept_ms = this.#turned_at_ms === 0 ? 0 : now_ms - this.#turned_at_ms;
    this.#turned_at_ms = now_ms;
    // The machine or the tab was asleep: nobody could have heard anything.
    if (slept_ms > silence_max_ms / 2) this.#heard_at_ms = now_ms;
    this.#rates.turn(now_ms, this.#traffic());
    const session = this.#session;
    if (!session || this.#state !== 'echo') return;
    this.#pinger.expire(now_ms);
    if (now_ms - this.#heard_at_ms > silence_max_ms) {
      session.close(close_codes.silent, 'nothing came back');
      this.#on_end(session, { by: 'error', code: 0, reason: 'nothing came back from the server' });
      return;
    }
    const every_ms = this.#watched ? ping_every_while_watched_ms : ping_every_ms;
    if (now_ms - this.#pinged_at_ms < every_ms) return;
    this.#pinged_at_ms = now_ms;
    session.send_datagram(this.#pinger.next(now_ms));
  }

  stats(): ConnectionStats {
    const traffic = this.#traffic();
    return {
      transport: this.#session?.transport ?? null,
      state: this.#state,
      rtt_ms: this.#pinger.rtt_ms,
      jitter_ms: this.#pinger.jitter_ms,
      loss_percent: this.#pinger.loss_percent(),
      bytes_in_per_s: this.#rates.in_per_s,
      bytes_out_per_s: this.#rates.out_per_s,
      bytes_in: traffic.bytes_received,
      bytes_out: traffic.bytes_sent,
      datagrams_sent: traffic.datagrams_sent,
      datagrams_received: traffic.datagrams_received,
      datagrams_lost: this.#pinger.lost,
      connections: this.#connections,
      dial_ms: this.#dial_ms,
    };
  }

  collect_samples(): PingSample[] {
    return this.#pinger.collect();
  }

  /** Of the whole visit: sessions before and the open one. */
  #traffic(): Traffic {
    const now = this.#session?.traffic;
    if (!now) return this.#before;
    const total = { ...this.#before };
    for (const key of Object.keys(total) as (keyof Traffic)[]) total[key] += now[key];
    return total;
  }

  #stop_dialling(): void {
    this.#effort?.abort(new Error('given up'));
    this.#effort = null;
  }

  #keep_connected(state: 'connecting' | 'reconnecting'): void {
    this.#stop_dialling();
    this.#state = state;
    const effort = new AbortController();
    this.#effort = effort;
    void this.#dial_until_connected(effort.signal);
  }

  async #dial_until_connected(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#dial_once(signal);
        return;
      } catch (failure) {
        if (signal.aborted) return;
        const attempts = failure instanceof RaceError ? failure.attempts : [];
        this.#events.on_dialled(attempts, false, words_of(failure));
      }
      const nap = new AbortController();
      this.#nap = nap;
      await sleep(this.#backoff.next_ms(Math.random()), AbortSignal.any([signal, nap.signal]));
      this.#nap = null;
    }
  }

  async #dial_once(signal: AbortSignal): Promise<void> {
    const started_ms = performance.now();
    const directory = await fetch_directory(
      AbortSignal.any([signal, AbortSignal.timeout(directory_timeout_ms)]),
    );
    const result = await race({
      dials: this.#dials(directory),
      now_ms: () => performance.now(),
      sleep,
      signal: AbortSignal.any([signal, AbortSignal.timeout(race_timeout_ms)]),
    });
    if (signal.aborted) {
      result.session.close(close_codes.done, 'given up');
      return;
    }
    this.#dial_ms = performance.now() - started_ms;
    this.#learn_from(result.session, directory);
    this.#open(result.session);
    this.#events.on_dialled(result.attempts, true, '');
  }

  #dials(directory: Directory): Partial<Record<'webtransport' | 'websocket', Dial>> {
    const { webtransport, websocket } = directory;
    const dials: Partial<Record<'webtransport' | 'websocket', Dial>> = {};
    const worth_trying =
      this.#choice === 'webtransport' || !websocket || may_try_webtransport(this.#remembered, Date.now());
    if (webtransport && webtransport_supported() && this.#choice !== 'websocket' && worth_trying) {
      dials.webtransport = this.gate.alone('webtransport', (signal) =>
        dial_webtransport(webtransport.url + service_path, webtransport.certificate_hashes, signal),
      );
    }
    if (websocket && this.#choice !== 'webtransport') {
      dials.websocket = this.gate.alone('websocket', (signal) =>
        dial_websocket(websocket.url + service_path, signal),
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
      this.#choice === 'auto' &&
      directory.webtransport &&
      webtransport_supported() &&
      may_try_webtransport(this.#remembered, Date.now());
    if (was_tried) this.#remember(after_failure(this.#remembered, Date.now()));
  }

  #remember(remembered: Remembered | null): void {
    this.#remembered = remembered;
    this.#events.on_remember(remembered);
  }

  #open(session: Session): void {
    const now_ms = performance.now();
    this.#session = session;
    this.#state = 'echo';
    this.#connections += 1;
    this.#opened_at_ms = now_ms;
    this.#heard_at_ms = now_ms;
    this.#pinged_at_ms = 0;
    const heard = () => {
      this.#heard_at_ms = performance.now();
    };
    session.start({
      on_datagram: (payload) => {
        heard();
        if (!this.#pinger.take(payload, performance.now())) this.#listener?.on_datagram?.(payload);
      },
      on_message: (text) => {
        heard();
        this.#listener?.on_message?.(text);
      },
      on_transfer: (payload) => {
        heard();
        this.#listener?.on_transfer?.(payload);
      },
      on_closed: (info) => this.#on_end(session, info),
    });
  }

  #on_end(session: Session, info: CloseInfo): void {
    if (this.#session !== session) return;
    for (const key of Object.keys(this.#before) as (keyof Traffic)[]) {
      this.#before[key] += session.traffic[key];
    }
    this.#session = null;
    this.#pinger.forget();
    if (performance.now() - this.#opened_at_ms > good_after_ms) this.#backoff.reset();
    const will_reconnect = this.#state !== 'closed';
    this.#events.on_closed({ ...info, transport: session.transport, will_reconnect });
    // After reconnect() the next dial is already under way.
    if (this.#state === 'echo') this.#keep_connected('reconnecting');
  }
}
