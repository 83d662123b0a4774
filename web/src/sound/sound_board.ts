// The sounds of a match, made of oscillators and noise when they are needed: nothing is downloaded. Silent
// until the first gesture, as browsers want it, and where there is no sound at all. Loudness and mute are
// kept. Loaded with the HUD of a match (hud/hud.ts).
import { read_stored, store } from '../page/storage.ts';
import { Hearing } from './hearing.ts';
import { recipes, type SoundName, type Voice } from './sounds.ts';

const muted_key = 'grandstand.muted';
const volume_key = 'grandstand.volume';
/** At the edge of the picture it is heard so far to the side: a hint, not a wall. */
const pan_max = 0.6;

/** From 0 to 1; anything else that was stored is the default. */
export function parse_volume(text: string | null): number {
  const volume = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return volume >= 0 && volume <= 1 ? volume : 0.7;
}

export class SoundBoard {
  readonly #hearing = new Hearing();
  readonly #over = new AbortController();
  #context: AudioContext | null = null;
  #master: GainNode | null = null;
  #noise: AudioBuffer | null = null;
  #is_muted = read_stored('local', muted_key) === 'yes';
  #volume = parse_volume(read_stored('local', volume_key));

  constructor() {
    const { signal } = this.#over;
    // Also after a browser has stopped it, on a phone that rang.
    for (const gesture of ['pointerdown', 'keydown', 'touchend']) {
      addEventListener(gesture, () => this.#unlock(), { signal, capture: true, passive: true });
    }
    if (navigator.userActivation?.hasBeenActive) this.#unlock();
  }

  stop(): void {
    this.#over.abort();
    void this.#context?.close().catch(() => {});
    this.#context = null;
  }

  get is_muted(): boolean {
    return this.#is_muted;
  }

  set is_muted(muted: boolean) {
    this.#is_muted = muted;
    store('local', muted_key, muted ? 'yes' : null);
    this.#set_loudness();
  }

  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    this.#volume = volume;
    store('local', volume_key, String(volume));
    this.#set_loudness();
  }

  /** `pan`: −1 left, 1 right. Whether it is heard. */
  play(name: SoundName, pan: number): boolean {
    const context = this.#context;
    if (this.#is_muted || !context || !this.#master || context.state !== 'running') return false;
    if (document.hidden || !this.#hearing.hears(name, performance.now())) return false;
    const panner = context.createStereoPanner();
    panner.pan.value = pan * pan_max;
    panner.connect(this.#master);
    const voices: readonly Voice[] = recipes[name];
    for (const voice of voices) this.#sing(context, voice, panner);
    const ends_s = Math.max(...voices.map((voice) => (voice.at ?? 0) + voice.for));
    setTimeout(() => panner.disconnect(), 1000 * ends_s + 200);
    return true;
  }

  #unlock(): void {
    if (!('AudioContext' in globalThis)) return;
    if (!this.#context) {
      this.#context = new AudioContext({ latencyHint: 'interactive' });
      const limiter = this.#context.createDynamicsCompressor();
      limiter.connect(this.#context.destination);
      this.#master = this.#context.createGain();
      this.#master.connect(limiter);
      this.#set_loudness();
    }
    if (this.#context.state !== 'running') void this.#context.resume().catch(() => {});
  }

  #set_loudness(): void {
    // Squared: ears hear halves of loudness, not of volts.
    if (this.#master) this.#master.gain.value = this.#is_muted ? 0 : this.#volume ** 2;
  }

  #sing(context: AudioContext, voice: Voice, to: AudioNode): void {
    const begin_s = context.currentTime + (voice.at ?? 0);
    const end_s = begin_s + voice.for;
    const gain = context.createGain();
    const attack_s = voice.attack ?? 0.004;
    gain.gain.setValueAtTime(0.0001, begin_s);
    gain.gain.linearRampToValueAtTime(voice.peak, begin_s + attack_s);
    gain.gain.exponentialRampToValueAtTime(0.0001, end_s);
    gain.connect(to);
    const [from_hz, to_hz] = voice.hz;
    const glide = (frequency: AudioParam) => {
      frequency.setValueAtTime(from_hz, begin_s);
      if (to_hz !== from_hz) frequency.exponentialRampToValueAtTime(to_hz, end_s);
    };
    if (voice.kind === 'noise') {
      const source = context.createBufferSource();
      source.buffer = this.#noise ??= white_noise(context);
      source.loop = true;
      const filter = context.createBiquadFilter();
      filter.type = voice.pass;
      filter.Q.value = voice.q ?? 0.8;
      glide(filter.frequency);
      source.connect(filter).connect(gain);
      source.start(begin_s, Math.random());
      source.stop(end_s);
      return;
    }
    const source = context.createOscillator();
    source.type = voice.kind;
    glide(source.frequency);
    source.connect(gain);
    source.start(begin_s);
    source.stop(end_s);
  }
}

function white_noise(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let index = 0; index < samples.length; index += 1) samples[index] = 2 * Math.random() - 1;
  return buffer;
}
