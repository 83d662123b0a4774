// The stick that appears under a thumb: two rings over the picture, moved by script.

export const reach_px = 56;

export class Stick {
  readonly #base = document.createElement('div');
  readonly #knob = document.createElement('div');

  constructor(place: HTMLElement) {
    this.#base.className = 'stick';
    this.#base.hidden = true;
    this.#base.setAttribute('aria-hidden', 'true');
    this.#knob.className = 'stick-knob';
    this.#base.append(this.#knob);
    place.append(this.#base);
  }

  /** In pixels from the corner of the place. */
  show(x: number, y: number): void {
    this.#base.hidden = false;
    this.#base.style.translate = `${x}px ${y}px`;
    this.move([0, 0]);
  }

  /** `at` as HandState.set_stick() has it. */
  move(at: readonly [number, number]): void {
    this.#knob.style.translate = `${at[0] * reach_px}px ${at[1] * reach_px}px`;
  }

  hide(): void {
    this.#base.hidden = true;
  }

  remove(): void {
    this.#base.remove();
  }
}
