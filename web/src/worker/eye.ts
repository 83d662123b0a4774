// What part of the world whoever watches looks at: what the game shows by itself, nearer, and, when nobody is
// followed, moved about. Never further out than the game goes. Pure; times come in.
import type { Camera } from '../render/draw_list.ts';

export const zoom_max = 6;
const blend_ms = 260;

type Point = readonly [number, number];

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

export class Eye {
  #zoom = 1;
  /** null: the middle of what the game shows. */
  #centre: Point | null = null;
  #aspect = 16 / 9;
  #base: Camera | null = null;
  #shown: Camera | null = null;
  #from: Camera | null = null;
  #changed_ms = 0;
  /** No motion but the game's own. */
  is_calm = false;

  get zoom(): number {
    return this.#zoom;
  }

  /** Of this moment on the picture is another one: it goes there smoothly. */
  blend(now_ms: number): void {
    this.#from = this.is_calm ? null : this.#shown;
    this.#changed_ms = now_ms;
  }

  reset(now_ms: number): void {
    this.#zoom = 1;
    this.#centre = null;
    this.blend(now_ms);
  }

  /** By shares of the picture's width and height, as a finger drags the world. */
  pan([by_x, by_y]: Point): void {
    const shown = this.#shown;
    if (!shown) return;
    const [x, y] = this.#centre ?? [shown.x, shown.y];
    this.#centre = [x - by_x * shown.height * this.#aspect, y - by_y * shown.height];
  }

  /** Nearer by `factor`; what is at `at` (shares of the picture) stays there, when nobody is followed. */
  zoom_by(factor: number, [at_x, at_y]: Point): void {
    const [base, shown] = [this.#base, this.#shown];
    if (!base || !shown) return;
    this.#zoom = Math.max(1, Math.min(zoom_max, this.#zoom * factor));
    const height = base.height / this.#zoom;
    const grown = shown.height - height;
    this.#centre = [shown.x + (at_x - 0.5) * grown * this.#aspect, shown.y + (at_y - 0.5) * grown];
  }

  /** `base`: what the game shows. */
  look(base: Camera, aspect: number, is_following: boolean, now_ms: number): Camera {
    this.#base = base;
    this.#aspect = aspect;
    const height = base.height / this.#zoom;
    const free = [((base.height - height) * aspect) / 2, (base.height - height) / 2] as const;
    const within = (at: number, middle: number, way: number) =>
      Math.max(middle - way, Math.min(middle + way, at));
    if (is_following) this.#centre = null;
    else if (this.#centre) {
      this.#centre = [within(this.#centre[0], base.x, free[0]), within(this.#centre[1], base.y, free[1])];
    }
    const [x, y] = this.#centre ?? [base.x, base.y];
    this.#shown = this.#blended({ ...base, x, y, height }, now_ms);
    return this.#shown;
  }

  #blended(to: Camera, now_ms: number): Camera {
    const from = this.#from;
    const share = (now_ms - this.#changed_ms) / blend_ms;
    if (!from || share >= 1) {
      this.#from = null;
      return to;
    }
    const eased = share * share * (3 - 2 * share);
    return {
      ...to,
      x: mix(from.x, to.x, eased),
      y: mix(from.y, to.y, eased),
      height: mix(from.height, to.height, eased),
    };
  }
}
