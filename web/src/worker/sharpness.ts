// How many pixels a picture gets: fewer when frames take long, all again after a while without trouble. Pure:
// the caller says when a frame was drawn.

/** Below 25 frames per second motion is no motion any more. */
const slow_ms = 40;
/** One slow frame is an accident. */
const slow_frames = 8;
const steps = [1, 0.7, 0.5, 0.35] as const;
/** Without slow frames for so long, a sharper picture gets another chance; then after twice the time. */
const first_patience_ms = 10_000;
const longest_patience_ms = 160_000;
/** Not a frame that took long: nobody looked, or nothing was there to draw. */
const pause_ms = 1000;

export class Sharpness {
  #step = 0;
  #slow = 0;
  #drawn_at_ms = 0;
  #calm_since_ms = 0;
  #patience_ms = first_patience_ms;

  /** Of the width and height that are there. */
  get share(): number {
    return steps[this.#step] ?? 1;
  }

  /** Frames stay slow with the fewest pixels: it is not the pixels. */
  get is_hopeless(): boolean {
    return this.#step === steps.length - 1 && this.#slow >= slow_frames;
  }

  /** A frame was drawn. Whether `share` is another one now. */
  on_frame(now_ms: number): boolean {
    const took_ms = now_ms - this.#drawn_at_ms;
    this.#drawn_at_ms = now_ms;
    if (took_ms > pause_ms) {
      this.#slow = 0;
      this.#calm_since_ms = now_ms;
      return false;
    }
    if (took_ms > slow_ms) {
      this.#slow += 1;
      this.#calm_since_ms = now_ms;
      return this.#slow >= slow_frames && this.#to(this.#step + 1);
    }
    this.#slow = Math.max(0, this.#slow - 1);
    if (this.#step === 0 || now_ms - this.#calm_since_ms < this.#patience_ms) return false;
    this.#patience_ms = Math.min(2 * this.#patience_ms, longest_patience_ms);
    this.#calm_since_ms = now_ms;
    return this.#to(this.#step - 1);
  }

  #to(step: number): boolean {
    if (step < 0 || step >= steps.length) return false;
    this.#slow = 0;
    this.#step = step;
    return true;
  }
}
