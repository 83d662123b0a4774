// At most one pending dial per transport: browsers penalise more. Shared by the connection and by the checks
// of /echo; a dial waits its turn.
import type { Dial } from './dialer.ts';
import type { TransportKind } from './session.ts';

export class DialGate {
  readonly #pending = new Map<TransportKind, Promise<unknown>>();

  /** `dial`, begun when no other one of its kind is pending any more. */
  alone(kind: TransportKind, dial: Dial): Dial {
    return (signal) => {
      const before = this.#pending.get(kind) ?? Promise.resolve();
      const mine = before.then(() => {
        signal.throwIfAborted();
        return dial(signal);
      });
      this.#pending.set(
        kind,
        mine.catch(() => {}),
      );
      return mine;
    };
  }
}
