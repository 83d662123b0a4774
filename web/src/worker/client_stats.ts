// The numbers of core/client/stats.h in the order written there; a test compares both files.

export const stat_names = [
  'confirmed_tick',
  'shown_tick',
  'arriving_tick',
  'delay_ticks',
  'lead_ticks',
  'jitter_ticks',
  'consumed_tick',
  'early_quarter_ticks',
  'ticks_received',
  'ticks_repaired',
  'ticks_skipped',
  'datagrams_received',
  'datagrams_refused',
  'duplicates',
  'repairs_asked',
  'keyframes',
  'desyncs',
  'resyncs',
  'hashes_checked',
  'input_latency_ms',
  'pending_ticks',
  'predicted_tick',
  'rollback_ticks',
  'rollbacks',
  'ticks_remade',
  'guesses_right',
  'corrections',
  'own_corrected',
  'own_correction_max',
] as const;

export type ClientStats = Record<(typeof stat_names)[number], number>;

export function read_stats(view: DataView): ClientStats {
  const entries = stat_names.map((name, index) => [name, view.getFloat64(index * 8, true)]);
  return Object.fromEntries(entries) as ClientStats;
}
