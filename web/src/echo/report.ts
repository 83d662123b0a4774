// The report people send to support: everything that was measured, nothing that says who they are. Pure.
import type { DialNews } from '../page/connection_client.ts';
import { ms_words, percent_words, rate_words, transport_name } from '../page/words.ts';
import type { Closed, ConnectionStats, LoadResult, TransportChoice } from '../worker/messages.ts';
import type { Diagnosis } from './diagnosis.ts';

export interface ReportParts {
  made_at: Date;
  browser: string;
  page: string;
  choice: TransportChoice;
  stats: ConnectionStats;
  diagnosis: Diagnosis | null;
  last_dial: DialNews | null;
  last_closed: Closed | null;
  loads: LoadResult[];
}

function dial_lines(dial: DialNews | null): string[] {
  if (!dial) return [];
  const lines = dial.attempts.map(
    ({ transport, started_ms, ended_ms, outcome, reason }) =>
      `  ${transport_name(transport)}: ${outcome} at ${ended_ms.toFixed(0)} ms, started at ${started_ms.toFixed(0)} ms${reason ? ` (${reason})` : ''}`,
  );
  return [`Last dial: ${dial.connected ? 'connected' : `failed: ${dial.reason}`}`, ...lines];
}

function closed_lines(closed: Closed | null): string[] {
  if (!closed) return [];
  const who = { us: 'this page', peer: 'the server', error: 'the network' }[closed.by];
  return [
    `Last close: by ${who}, code ${closed.code}, “${closed.reason}” (${transport_name(closed.transport)})`,
  ];
}

export function load_words(load: LoadResult): string {
  if (load.pieces_back === 0) return 'nothing came back';
  if (!load.intact) return 'came back damaged';
  const rate = rate_words(load.bytes_back, load.ms);
  if (load.kind === 'datagrams') return `${load.pieces_back} of ${load.pieces_sent} back · ${rate}`;
  return load.bytes_back === load.bytes_sent ? rate : 'came back in part';
}

export function report_text(parts: ReportParts): string {
  const { stats } = parts;
  return [
    `Grandstand connection report, ${parts.made_at.toISOString()}`,
    `Page: ${parts.page}`,
    `Browser: ${parts.browser}`,
    `State: ${stats.state === 'echo' ? 'connected' : stats.state}, ${transport_name(stats.transport)} (asked for: ${parts.choice})`,
    `Round trip ${ms_words(stats.rtt_ms)} ms, jitter ${ms_words(stats.jitter_ms)} ms, lost ${percent_words(stats.loss_percent)} %`,
    `Dial took ${ms_words(stats.dial_ms)} ms; connections of this visit: ${stats.connections}`,
    ...dial_lines(parts.last_dial),
    ...closed_lines(parts.last_closed),
    ...(parts.diagnosis ? [`Verdict: ${parts.diagnosis.line}`] : []),
    ...(parts.diagnosis?.checks.map(({ id, state, detail }) => `  ${id}: ${state}, ${detail}`) ?? []),
    ...parts.loads.map(
      (load) => `Load ${load.kind} over ${transport_name(load.transport)}: ${load_words(load)}`,
    ),
  ].join('\n');
}
