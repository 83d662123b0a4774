// The Worker's entry: owns the connection, so a busy page or a hidden tab does not stall it.
import { run_checks } from './checks.ts';
import { Connection } from './connection.ts';
import { run_load } from './echo_load.ts';
import type { FromWorker, ToWorker } from './messages.ts';

const turn_every_ms = 50;
const stats_every_ms = 250;

interface WorkerScope {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;

const connection = new Connection({
  on_dialled: (attempts, connected, reason) =>
    scope.postMessage({ type: 'dialled', attempts, connected, reason }),
  on_closed: (closed) => {
    scope.postMessage({ type: 'closed', closed });
    post_stats();
  },
  on_remember: (remembered) => scope.postMessage({ type: 'remember', remembered }),
});

function post_stats(): void {
  scope.postMessage({ type: 'stats', stats: connection.stats(), samples: connection.collect_samples() });
}

async function answer(request_id: number, work: () => Promise<FromWorker>): Promise<void> {
  try {
    scope.postMessage(await work());
  } catch (failure) {
    const reason = failure instanceof Error ? failure.message : String(failure);
    scope.postMessage({ type: 'failed', request_id, reason });
  }
}

/** Loads listen to the one session: one after the other. */
let loads: Promise<void> = Promise.resolve();

scope.onmessage = ({ data: message }) => {
  switch (message.type) {
    case 'start':
      connection.start(message.choice, message.remembered);
      break;
    case 'reconnect':
      connection.reconnect(message.choice);
      break;
    case 'close':
      connection.close(message.code, message.reason);
      break;
    case 'network_changed':
      connection.network_changed();
      break;
    case 'watch':
      connection.set_watched(message.watching);
      break;
    case 'load':
      loads = loads.then(() =>
        answer(message.request_id, async () => ({
          type: 'loaded',
          request_id: message.request_id,
          result: await run_load(connection, message.load),
        })),
      );
      break;
    case 'check':
      void answer(message.request_id, async () => ({
        type: 'checked',
        request_id: message.request_id,
        facts: await run_checks(connection),
      }));
      break;
  }
};

setInterval(() => connection.turn(performance.now()), turn_every_ms);
setInterval(post_stats, stats_every_ms);
