// The chip in the header: which road is open, and how long it is. There during the whole visit.
import type { ConnectionStats } from '../worker/messages.ts';
import type { ConnectionClient } from './connection_client.ts';
import { ms_words, transport_name } from './words.ts';

export function signal_words(stats: ConnectionStats): string {
  switch (stats.state) {
    case 'connecting':
      return 'Connecting…';
    case 'reconnecting':
      return 'Reconnecting…';
    case 'closed':
      return 'Not connected';
    case 'echo':
    case 'lobby':
    case 'playing':
    case 'watching':
      return stats.rtt_ms === null
        ? transport_name(stats.transport)
        : `${transport_name(stats.transport)} · ${ms_words(stats.rtt_ms)} ms`;
  }
}

export function show_signal(client: ConnectionClient): void {
  const chip = document.getElementById('signal');
  const text = chip?.querySelector('.signal-text');
  if (!chip || !text) return;
  const show = (stats: ConnectionStats) => {
    chip.dataset.state = stats.state;
    chip.dataset.transport = stats.transport ?? '';
    const words = signal_words(stats);
    if (text.textContent !== words) text.textContent = words;
  };
  show(client.stats);
  client.on('stats', ({ stats }) => show(stats));
}
