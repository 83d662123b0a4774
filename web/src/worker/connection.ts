// Keeps one session open for the whole visit: dials, notices silence, reconnects with back-off, counts. What
// is said on the session is for others: rooms (visit.ts), echo loads. The Worker's entry wires them.
import { Backoff } from '../transport/backoff.ts';
import { type Attempt, RaceError, sleep } from '../transport/dialer.ts';
import type { Remembered } from '../transport/preference.ts';
import {
  type CloseInfo,
  close_codes,
  new_traffic,
  type Session,
  type SessionEvents,
  type Traffic,
} from '../transport/session.ts';
import { words_of } from '../transport/webtransport_session.ts';
import { Dialling } from './dialling.ts';
import type { Closed, PingSample, Service, TransportChoice, Weather } from './messages.ts';
import { Pinger, ping_frames } from './pinger.ts';
import { RateMeter } from './rate_meter.ts';
import type { Lane, Storm } from './weather.ts';

/** Without any byte from the server for so long, the connection is dead whatever the browser says. */
const silence_max_ms = 10_000;
const ping_every_ms = 1000;
const ping_every_while_watched_ms = 100;
/** A connection that held this long was a good one: the next failure starts with a short wait again. */
const good_after_ms = 5000;

export type LinkState = 'connecting' | 'open' | 'reconnecting' | 'closed';

export interface ConnectionEvents {
  on_dialled(attempts: Attempt[], connected: boolean, reason: string): void;
  /** The session is there; what it brings comes from now on. */
  on_opened(service: Service): void;
  on_closed(closed: Closed): void;
  on_remember(remembered: Remembered | null): void;
}

/** Who wants to see what comes on the lanes. */
export type Listener = Partial<Pick<SessionEvents, 'on_datagram' | 'on_message' | 'on_transfer'>>;

export class Connection {
  readonly dialling: Dialling;
  readonly #events: ConnectionEvents;
  readonly #pinger = new Pinger();
  readonly #backoff = new Backoff();
  readonly #rates = new RateMeter();
  readonly #before = new_traffic();
  #service: Service = 'rooms';
  #state: LinkState = 'connecting';
  #session: Session | null = null;
  /** The session behind the weather, if there is any. */
  #far: Session | null = null;
  #storm: Storm | null = null;
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
    this.dialling = new Dialling((remembered) => events.on_remember(remembered));
  }

  get session(): Session | null {
    return this.#far ?? this.#session;
  }

  get state(): LinkState {
    return this.#state;
  }

  get service(): Service {
    return this.#service;
  }

  start(service: Service, choice: TransportChoice, remembered: Remembered | null): void {
    this.#service = service;
    this.dialling.start(choice, remembered);
    this.#keep_connected('connecting');
  }

  /** Ends what there is and dials anew, now. */
  reconnect(choice: TransportChoice): void {
    this.dialling.choice = choice;
    if (choice === 'webtransport') this.dialling.forget();
    this.#dial_anew('connecting anew');
  }

  /** What should be at the other end; another one than now is another session. */
  set_service(service: Service): void {
    if (service === this.#service) return;
    this.#service = service;
    if (this.#state !== 'closed') this.#dial_anew('another service');
  }

  /** Ends the session and stays closed until reconnect(). */
  close(code: number, reason: string): void {
    this.#stop_dialling();
    this.#state = 'closed';
    this.#session?.close(code, reason);
  }

  /** Another network may not block what the one before did; and waiting is over. */
  network_changed(): void {
    this.dialling.forget();
    this.#backoff.reset();
    this.#nap?.abort();
  }

  /** A network as bad as asked for, from now on. */
  async set_weather(weather: Weather): Promise<void> {
    const { Storm } = await import('./weather.ts');
    this.#storm ??= new Storm();
    this.#storm.weather = weather;
    if (this.#session) this.#far ??= this.#storm.around(this.#session);
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
    if (!session || this.#state !== 'open') return;
    this.#pinger.expire(now_ms);
    if (now_ms - this.#heard_at_ms > silence_max_ms) {
      session.close(close_codes.silent, 'nothing came back');
      this.#on_end(session, { by: 'error', code: 0, reason: 'nothing came back from the server' });
      return;
    }
    const every_ms = this.#watched ? ping_every_while_watched_ms : ping_every_ms;
    if (now_ms - this.#pinged_at_ms < every_ms) return;
    this.#pinged_at_ms = now_ms;
    (this.#far ?? session).send_datagram(ping_frames[this.#service].wrap(this.#pinger.next(now_ms)));
  }

  stats() {
    const traffic = this.#traffic();
    return {
      transport: this.#session?.transport ?? null,
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

  #dial_anew(reason: string): void {
    this.#backoff.reset();
    this.#keep_connected('connecting');
    const session = this.#session;
    if (!session) return;
    session.close(close_codes.done, reason);
    this.#on_end(session, { by: 'us', code: close_codes.done, reason });
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
        const { session, attempts, ms } = await this.dialling.dial(this.#service, signal);
        this.#dial_ms = ms;
        this.#open(session);
        this.#events.on_dialled(attempts, true, '');
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

  #open(session: Session): void {
    const now_ms = performance.now();
    const { unwrap } = ping_frames[this.#service];
    this.#session = session;
    this.#far = this.#storm?.around(session) ?? null;
    this.#state = 'open';
    this.#connections += 1;
    this.#opened_at_ms = now_ms;
    this.#heard_at_ms = now_ms;
    this.#pinged_at_ms = 0;
    const heard = () => {
      this.#heard_at_ms = performance.now();
    };
    session.start({
      on_datagram: (payload) =>
        this.#come('datagram', payload, (datagram) => {
          heard();
          const ping = unwrap(datagram);
          if (!ping || !this.#pinger.take(ping, performance.now())) this.#listener?.on_datagram?.(datagram);
        }),
      on_message: (text) =>
        this.#come('message', text, (message) => {
          heard();
          this.#listener?.on_message?.(message);
        }),
      on_transfer: (payload) =>
        this.#come('transfer', payload, (transfer) => {
          heard();
          this.#listener?.on_transfer?.(transfer);
        }),
      on_closed: (info) => this.#on_end(session, info),
    });
    this.#events.on_opened(this.#service);
  }

  /** Through the weather; bytes that wait are copied, because they belong to the session. */
  #come<Payload extends Uint8Array | string>(lane: Lane, payload: Payload, take: (payload: Payload) => void) {
    if (!this.#storm) return take(payload);
    const kept = typeof payload === 'string' ? payload : (payload.slice() as Payload);
    this.#storm.down.pass(lane, () => take(kept));
  }

  #on_end(session: Session, info: CloseInfo): void {
    if (this.#session !== session) return;
    for (const key of Object.keys(this.#before) as (keyof Traffic)[]) {
      this.#before[key] += session.traffic[key];
    }
    this.#session = this.#far = null;
    this.#pinger.forget();
    if (performance.now() - this.#opened_at_ms > good_after_ms) this.#backoff.reset();
    const will_reconnect = this.#state !== 'closed';
    this.#events.on_closed({ ...info, transport: session.transport, will_reconnect });
    // After reconnect() the next dial is already under way.
    if (this.#state === 'open') this.#keep_connected('reconnecting');
  }
}
