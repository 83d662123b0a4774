// Numbers and names as people read them.
import type { TransportKind } from '../transport/session.ts';

export function transport_name(transport: TransportKind | null): string {
  if (transport === 'webtransport') return 'WebTransport';
  if (transport === 'websocket') return 'WebSocket';
  return '–';
}

/** One decimal below ten, none above: the width hardly changes. */
export function ms_words(ms: number | null): string {
  if (ms === null) return '–';
  return ms < 9.95 ? ms.toFixed(1) : ms.toFixed(0);
}

export function percent_words(percent: number): string {
  return percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0);
}

/** Bits per second of `bytes` in `ms`. */
export function rate_words(bytes: number, ms: number): string {
  const megabits = (bytes * 8) / 1000 / Math.max(ms, 0.001);
  if (megabits >= 9.95) return `${megabits.toFixed(0)} Mbit/s`;
  if (megabits >= 0.1) return `${megabits.toFixed(1)} Mbit/s`;
  return `${(megabits * 1000).toFixed(0)} kbit/s`;
}
