// Times of a match in words, for its player and for the chat beside it. Pure.
import type { PlaybackState } from '../worker/messages.ts';

/** 2:41, or 1:02:41. */
export function time_words(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number: number) => String(number).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Seconds since there was something to see. */
export function seconds_in(state: PlaybackState, moment: number): number {
  return (moment - state.first) / state.tick_rate_hz;
}
