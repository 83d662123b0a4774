// What the net overlay says, as rows of a name and a value. Pure.
import { ms_words, percent_words, transport_name } from '../page/words.ts';
import type { ConnectionStats } from '../worker/messages.ts';

export type OverlayRow = readonly [name: string, value: string];

const renderer_names = { webgl2: 'WebGL2', canvas2d: 'Canvas2D' } as const;

const count_words = (count: number | null) => (count === null ? '–' : String(count));

function bytes_words(bytes_per_s: number): string {
  if (bytes_per_s < 999.5) return `${bytes_per_s.toFixed(0)} B/s`;
  return `${(bytes_per_s / 1000).toFixed(1)} kB/s`;
}

export function overlay_rows(stats: ConnectionStats): OverlayRow[] {
  const jitter = stats.jitter_ms === null ? '' : ` ± ${ms_words(stats.jitter_ms)}`;
  return [
    ['transport', transport_name(stats.transport)],
    ['round trip', stats.rtt_ms === null ? '–' : `${ms_words(stats.rtt_ms)}${jitter} ms`],
    ['loss', `${percent_words(stats.loss_percent)} %`],
    ['tick', count_words(stats.tick)],
    ['confirmed', count_words(stats.confirmed_tick)],
    ['behind', stats.delay_ms === null ? '–' : `${stats.delay_ms.toFixed(0)} ms`],
    ['hands to confirmed', stats.input_ms === null ? '–' : `${stats.input_ms.toFixed(0)} ms`],
    ['in', bytes_words(stats.bytes_in_per_s)],
    ['out', bytes_words(stats.bytes_out_per_s)],
    ['datagrams lost', count_words(stats.datagrams_lost)],
    ['ticks repaired', count_words(stats.ticks_repaired)],
    ['desyncs', count_words(stats.desyncs)],
    ['renderer', stats.renderer ? renderer_names[stats.renderer] : '–'],
  ];
}
