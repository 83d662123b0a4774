// The canvas that the page lent to the Worker, and the loop that draws on it: with every frame of the screen,
// or now and then for who wants no motion. One picture at a time; a new one takes the place of the old.
import type { Renderer, RendererKind, Scene } from '../render/draw_list.ts';
import { make_webgl2_renderer } from '../render/webgl2_renderer.ts';
import type { ClientStats } from './client_stats.ts';
import type { FrameForPage, PictureWish } from './messages.ts';
import { Sharpness } from './sharpness.ts';

export interface PictureLinks {
  /** What to show now; null: nothing yet. Called once per frame. */
  scene(aspect: number): Scene | null;
  /** Of the scene. */
  counted(): ClientStats | null;
  on_cannot_draw(picture_id: number): void;
  post_frame(frame: FrameForPage): void;
}

/** Slow enough to be no motion, often enough to be true. */
const slow_every_ms = 2000;
/** Without animation frames in Workers. */
const frame_every_ms = 16;

interface Wanted {
  picture_id: number;
  aspect: number;
  buffer: ArrayBuffer | null;
}

export class PictureHost {
  readonly #links: PictureLinks;
  readonly #names = new Map<number, string>();
  #wish: PictureWish | null = null;
  #renderer: Renderer | null = null;
  #shown = true;
  #wanted: Wanted | null = null;
  #sharpness = new Sharpness();
  #loop = 0;

  constructor(links: PictureLinks) {
    this.#links = links;
  }

  get kind(): RendererKind | null {
    return this.#renderer?.kind ?? (this.#wish && !this.#wish.canvas ? 'canvas2d' : null);
  }

  open(wish: PictureWish): void {
    this.#stop();
    this.#wish = wish;
    this.#shown = true;
    if (!wish.canvas) return;
    try {
      this.#renderer = make_webgl2_renderer(wish.canvas, wish.demand);
    } catch {
      this.#renderer = null;
    }
    if (!this.#renderer) {
      this.#give_up();
      return;
    }
    this.#sharpness = new Sharpness();
    this.#resize();
    for (const [seat, name] of this.#names) this.#renderer.set_name(seat, name);
    this.#run();
  }

  resize(picture_id: number, width: number, height: number): void {
    if (!this.#wish || this.#wish.picture_id !== picture_id) return;
    this.#wish = { ...this.#wish, width, height };
    this.#resize();
    // A canvas that changed its size is empty until it is drawn on.
    this.#draw();
  }

  show(picture_id: number, shown: boolean): void {
    if (this.#wish?.picture_id !== picture_id || shown === this.#shown) return;
    this.#shown = shown;
    if (shown && this.#renderer) this.#run();
  }

  close(picture_id: number): void {
    if (this.#wish?.picture_id === picture_id) this.#stop();
  }

  set_names(names: Map<number, string>): void {
    for (const seat of this.#names.keys()) if (!names.has(seat)) this.#renderer?.set_name(seat, null);
    this.#names.clear();
    for (const [seat, name] of names) {
      this.#names.set(seat, name);
      this.#renderer?.set_name(seat, name);
    }
  }

  /** The page draws by itself and wants a frame; it gets one as soon as there is something to see. */
  want_frame(wanted: Wanted): void {
    this.#wanted = wanted;
    this.answer_page();
  }

  answer_page(): void {
    const wanted = this.#wanted;
    if (!wanted || this.#wish?.picture_id !== wanted.picture_id) return;
    const scene = this.#links.scene(wanted.aspect);
    if (!scene) return;
    this.#wanted = null;
    const bytes = scene.items.length;
    const fits = wanted.buffer !== null && wanted.buffer.byteLength >= bytes;
    const buffer = fits && wanted.buffer ? wanted.buffer : new ArrayBuffer(Math.max(bytes, 1) * 2);
    new Uint8Array(buffer).set(scene.items);
    const { picture_id } = wanted;
    const { count, camera } = scene;
    const at_ms = performance.now();
    this.#links.post_frame({
      picture_id,
      items: buffer,
      count,
      camera,
      at_ms,
      counted: this.#links.counted(),
    });
  }

  #stop(): void {
    this.#loop += 1;
    this.#renderer?.stop();
    this.#renderer = null;
    this.#wish = null;
    this.#wanted = null;
  }

  #give_up(): void {
    const picture_id = this.#wish?.picture_id;
    this.#stop();
    if (picture_id !== undefined) this.#links.on_cannot_draw(picture_id);
  }

  #resize(): void {
    const { width, height } = this.#wish ?? { width: 0, height: 0 };
    const { share } = this.#sharpness;
    this.#renderer?.resize(Math.round(width * share), Math.round(height * share));
  }

  #run(): void {
    this.#loop += 1;
    const loop = this.#loop;
    const again = () => {
      if (loop !== this.#loop || !this.#shown) return;
      this.#next(again);
      if (!this.#renderer?.is_ready()) return;
      if (this.#sharpness.is_hopeless && this.#wish?.demand === 'hardware') {
        this.#give_up();
        return;
      }
      // A size that changes empties the canvas: it is drawn on right after.
      if (this.#sharpness.on_frame(performance.now())) this.#resize();
      this.#draw();
    };
    again();
  }

  #next(work: () => void): void {
    if (this.#wish?.pace === 'slow') setTimeout(work, slow_every_ms);
    else if ('requestAnimationFrame' in globalThis) requestAnimationFrame(work);
    else setTimeout(work, frame_every_ms);
  }

  #draw(): void {
    const { width, height } = this.#wish ?? { width: 0, height: 0 };
    if (!this.#renderer || width === 0 || height === 0) return;
    const scene = this.#links.scene(width / height);
    if (scene) this.#renderer.draw(scene);
  }
}
