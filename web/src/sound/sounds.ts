// The sounds that games may name, in the order of game::Sound (core/game/event.h; a test compares), and how
// each is put together: voices of tones that glide, and of filtered noise. Pure; voice.ts plays them.

/** `hz` glides from the first to the second; times in seconds; `peak` is the loudness, 1 is all there is. */
export type Voice =
  | {
      kind: OscillatorType;
      hz: readonly [number, number];
      at?: number;
      attack?: number;
      for: number;
      peak: number;
    }
  | {
      kind: 'noise';
      /** What the filter lets through. */
      pass: 'lowpass' | 'bandpass' | 'highpass';
      hz: readonly [number, number];
      q?: number;
      at?: number;
      attack?: number;
      for: number;
      peak: number;
    };

const chime = (notes: readonly number[], step: number, length: number, peak: number): Voice[] =>
  notes.flatMap((hz, index): Voice[] => [
    { kind: 'triangle', hz: [hz, hz], at: index * step, for: length, peak },
    { kind: 'sine', hz: [2 * hz, 2 * hz], at: index * step, for: length * 0.6, peak: peak * 0.35 },
  ]);

/** By name; `none` has no voices. */
export const recipes = {
  none: [],
  tick: [{ kind: 'square', hz: [880, 880], for: 0.07, peak: 0.12 }],
  go: [
    { kind: 'square', hz: [1760, 1760], for: 0.32, peak: 0.1 },
    { kind: 'triangle', hz: [880, 880], for: 0.4, peak: 0.25 },
  ],
  blip: [{ kind: 'sine', hz: [620, 560], for: 0.06, peak: 0.3 }],
  bounce: [
    { kind: 'triangle', hz: [300, 520], for: 0.09, peak: 0.45 },
    { kind: 'noise', pass: 'bandpass', hz: [1800, 900], for: 0.03, peak: 0.2 },
  ],
  thud: [
    { kind: 'sine', hz: [150, 55], for: 0.16, peak: 0.6 },
    { kind: 'noise', pass: 'lowpass', hz: [700, 200], for: 0.06, peak: 0.3 },
  ],
  zap: [
    { kind: 'sawtooth', hz: [1900, 180], for: 0.16, peak: 0.16 },
    { kind: 'noise', pass: 'highpass', hz: [3000, 5000], for: 0.1, peak: 0.12 },
  ],
  whoosh: [{ kind: 'noise', pass: 'bandpass', hz: [350, 1500], q: 1.4, attack: 0.06, for: 0.26, peak: 0.4 }],
  boom: [
    { kind: 'noise', pass: 'lowpass', hz: [1400, 90], for: 0.55, peak: 0.7 },
    { kind: 'sine', hz: [110, 34], for: 0.5, peak: 0.65 },
  ],
  hurt: [
    { kind: 'sawtooth', hz: [260, 130], for: 0.12, peak: 0.2 },
    { kind: 'noise', pass: 'bandpass', hz: [900, 400], for: 0.08, peak: 0.25 },
  ],
  fall: [
    { kind: 'triangle', hz: [520, 90], for: 0.38, peak: 0.35 },
    { kind: 'noise', pass: 'lowpass', hz: [900, 150], at: 0.05, for: 0.3, peak: 0.25 },
  ],
  pickup: chime([784, 1175], 0.07, 0.16, 0.2),
  spawn: [
    { kind: 'sine', hz: [240, 720], attack: 0.04, for: 0.26, peak: 0.25 },
    { kind: 'noise', pass: 'highpass', hz: [2500, 6000], attack: 0.08, for: 0.22, peak: 0.07 },
  ],
  point: chime([659, 988], 0.09, 0.3, 0.24),
  whistle: [
    { kind: 'square', hz: [2350, 2420], attack: 0.02, for: 0.14, peak: 0.07 },
    { kind: 'square', hz: [2350, 2280], attack: 0.02, at: 0.2, for: 0.42, peak: 0.07 },
    { kind: 'noise', pass: 'bandpass', hz: [2400, 2400], q: 6, at: 0.2, for: 0.4, peak: 0.12 },
  ],
  fanfare: chime([523, 659, 784, 1047], 0.13, 0.42, 0.24),
} as const satisfies Record<string, readonly Voice[]>;

export type SoundName = keyof typeof recipes;

/** In the order of the header. */
export const sound_names = Object.keys(recipes) as SoundName[];
