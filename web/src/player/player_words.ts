// What the player of a match says, as values. Pure.
import type { PlaybackState } from '../worker/messages.ts';
import { seconds_in, time_words } from './time_words.ts';

export const speeds: readonly number[] = [0.25, 0.5, 1, 2, 4];

/** Below a tenth of a second nobody is behind. */
const now_ms = 1500;

export function speed_words(speed: number): string {
  return `${speed}×`;
}

/** How late the picture is: a whole sentence's end. */
export function behind_words(delay_ms: number): string {
  if (delay_ms < now_ms) return 'live';
  const seconds = Math.round(delay_ms / 1000);
  return seconds < 100 ? `${seconds} s behind` : `${time_words(seconds)} behind`;
}

/** What kind of picture it is: live, under the room's delay, or of an earlier moment. */
export function class_words(state: PlaybackState): string {
  if (!state.is_live) return behind_words(state.delay_ms);
  return state.view === 'delayed' ? `${state.delay_s} s delay` : 'live';
}

/** Of a replay there is nothing to wait for there: playing on begins anew. */
export function is_at_end(state: PlaybackState): boolean {
  return state.view === 'replay' && state.shown !== null && state.shown >= state.end;
}

/** Of the timeline's width. */
export function share_of(state: PlaybackState, moment: number): number {
  const length = state.end - state.first;
  return length <= 0 ? 1 : Math.max(0, Math.min(1, (moment - state.first) / length));
}

export function moment_at(state: PlaybackState, share: number): number {
  return state.first + Math.max(0, Math.min(1, share)) * (state.end - state.first);
}

/** The next speed of the list, up or down; what is not in it counts as normal. */
export function other_speed(speed: number, way: 1 | -1): number {
  const at = speeds.indexOf(speed);
  const from = at < 0 ? speeds.indexOf(1) : at;
  return speeds[Math.max(0, Math.min(speeds.length - 1, from + way))] ?? 1;
}

/** For who cannot see the picture. */
export function state_sentence(state: PlaybackState): string {
  if (state.shown === null) return 'Waiting for the first picture';
  const at = `${time_words(seconds_in(state, state.shown))} of ${time_words(seconds_in(state, state.end))}`;
  const how = state.is_live
    ? `with the newest, ${behind_words(state.delay_ms)}`
    : state.speed === 0
      ? 'paused'
      : `at ${speed_words(state.speed)}`;
  return `${at}, ${how}`;
}
