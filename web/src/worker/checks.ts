// Finds out what works between this browser and the server, for the diagnosis on /echo. What the open session
// proves is not dialled again: browsers punish needless dials.
import type { Dial } from '../transport/dialer.ts';
import { type Directory, fetch_directory } from '../transport/directory.ts';
import { dial_websocket } from '../transport/websocket_session.ts';
import { dial_webtransport, webtransport_supported, words_of } from '../transport/webtransport_session.ts';
import type { Connection } from './connection.ts';
import { service_paths } from './dialling.ts';
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

async function check_dial(dial: Dial): Promise<Outcome> {
  return timed(async (signal) => {
    const session = await dial(signal);
    session.start({ on_datagram() {}, on_message() {}, on_transfer() {}, on_closed() {} });
    session.close(0, 'connection check');
  });
}

function check_websocket(connection: Connection, { websocket }: Directory): Promise<Outcome> | Outcome {
  if (!websocket) return not_tried;
  if (connection.session?.transport === 'websocket') return in_use;
  const dial: Dial = (signal) => dial_websocket(websocket.url + service_paths.echo, signal);
  return check_dial(connection.dialling.gate.alone('websocket', dial));
}

function check_webtransport(connection: Connection, { webtransport }: Directory): Promise<Outcome> | Outcome {
  if (!webtransport || !webtransport_supported()) return not_tried;
  if (connection.session?.transport === 'webtransport') return in_use;
  const dial: Dial = (signal) =>
    dial_webtransport(webtransport.url + service_paths.echo, webtransport.certificate_hashes, signal);
  return check_dial(connection.dialling.gate.alone('webtransport', dial));
}

export async function run_checks(connection: Connection): Promise<CheckFacts> {
  let directory: Directory = { webtransport: null, websocket: null };
  const http = await timed(async (signal) => {
    directory = await fetch_directory(signal);
  });
  const { webtransport, websocket } = directory;
  const [over_websocket, over_webtransport] = await Promise.all([
    check_websocket(connection, directory),
    check_webtransport(connection, directory),
  ]);
  return {
    http,
    secure: globalThis.isSecureContext,
    websocket: { offered: websocket !== null, ...over_websocket },
    webtransport: {
      ...over_webtransport,
      supported: webtransport_supported(),
      offered: webtransport !== null,
      by_hash: (webtransport?.certificate_hashes.length ?? 0) > 0,
      port: webtransport ? Number(new URL(webtransport.url).port || 443) : 0,
    },
  };
}
