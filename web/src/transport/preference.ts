// What a browser remembers about its network: whether WebTransport failed where WebSocket worked. Then the
// next dials go straight to WebSocket, and WebTransport gets another chance from time to time. Pure; the
// page keeps the value in localStorage.

export interface Remembered {
  failures: number;
  failed_at_ms: number;
}

const first_pause_ms = 10 * 60_000;
const longest_pause_ms = 6 * 3_600_000;

export function may_try_webtransport(remembered: Remembered | null, now_ms: number): boolean {
  if (!remembered) return true;
  const pause_ms = Math.min(first_pause_ms * 2 ** (remembered.failures - 1), longest_pause_ms);
  const age_ms = now_ms - remembered.failed_at_ms;
  // A clock that was set back must not keep WebTransport away for ever.
  return age_ms >= pause_ms || age_ms < 0;
}

export function after_failure(remembered: Remembered | null, now_ms: number): Remembered {
  return { failures: Math.min((remembered?.failures ?? 0) + 1, 10), failed_at_ms: now_ms };
}

/** Reads what the page had stored; null for anything unexpected. */
export function parse_remembered(text: string | null): Remembered | null {
  try {
    const value = JSON.parse(text ?? 'null');
    const { failures, failed_at_ms } = value ?? {};
    if (!Number.isSafeInteger(failures) || failures < 1 || !Number.isFinite(failed_at_ms)) return null;
    return { failures, failed_at_ms };
  } catch {
    return null;
  }
}
