// Finds out what works between this browser and the server, for the diagnosis on /echo. What the open session
// proves is not dialled again: browsers punish needless dials.
import { type Directory, fetch_directory } from '../transport/directory.ts';
import type { Session } from '../transport/session.ts';
import { dial_websocket } from '../transport/websocket_session.ts';
import { dial_webtransport, webtransport_supported, words_of } from '../transport/webtransport_session.ts';
import { type Connection, service_path } from './connection.ts';
import type { CheckFacts } from './messages.ts';

const check_timeout_ms = 5000;

interface Outcome {
  ok: boolean;
  silent: boolean;
  ms: number;
  reason: string;
}

async function timed(work: (signal: AbortSignal) => Promise<unknown>): Promise<Outcome> {
  const started_ms = performance.now();
  const signal = AbortSignal.timeout(check_timeout_ms);
  try {
    await work(signal);
    return { ok: true, silent: false, ms: performance.now() - started_ms, reason: '' };
  } catch (failure) {
    const reason = signal.aborted ? 'no answer' : words_of(failure);
    return { ok: false, silent: signal.aborted, ms: performance.now() - started_ms, reason };
  }
}

const in_use: Outcome = { ok: true, silent: false, ms: 0, reason: 'in use' };
const not_tried: Outcome = { ok: false, silent: false, ms: 0, reason: 'not tried' };

async function open_and_close(dial: Promise<Session>): Promise<void> {
  const session = await dial;
  session.start({ on_datagram() {}, on_message() {}, on_transfer() {}, on_closed() {} });
  session.close(0, 'connection check');
}

export async function run_checks(connection: Connection): Promise<CheckFacts> {
  let directory: Directory | null = null;
  const http = await timed(async (signal) => {
    directory = await fetch_directory(signal);
  });
  const { webtransport, websocket } = (directory ?? { webtransport: null, websocket: null }) as Directory;
  const used = connection.session?.transport;
  const supported = webtransport_supported();
  const over_websocket = websocket
    ? used === 'websocket'
      ? in_use
      : await timed((signal) => open_and_close(dial_websocket(websocket.url + service_path, signal)))
    : not_tried;
  const over_webtransport =
    webtransport && supported
      ? used === 'webtransport'
        ? in_use
        : await timed((signal) =>
            open_and_close(
              dial_webtransport(webtransport.url + service_path, webtransport.certificate_hashes, signal),
            ),
          )
      : not_tried;
  return {
    http,
    secure: globalThis.isSecureContext,
    websocket: { offered: websocket !== null, ...over_websocket },
    webtransport: {
      ...over_webtransport,
      supported,
      offered: webtransport !== null,
      by_hash: (webtransport?.certificate_hashes.length ?? 0) > 0,
      port: webtransport ? Number(new URL(webtransport.url).port || 443) : 0,
    },
  };
}
