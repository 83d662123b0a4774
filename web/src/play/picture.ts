// A canvas that shows the room. The Worker draws on it where the browser can do that; else the page draws by
// itself with Canvas2D what the Worker sends. Keeps the size in device pixels.
import type { ConnectionClient } from '../page/connection_client.ts';
import { read_stored, store } from '../page/storage.ts';
import type { Renderer } from '../render/draw_list.ts';
import type { FrameForPage, Pace } from '../worker/messages.ts';

/** More pixels than this per pixel of the layout cost time and show nothing. */
const ratio_max = 2;
const slow_every_ms = 2000;

const renderer_key = 'grandstand.renderer';

type RendererChoice = 'auto' | 'canvas2d' | 'webgl2';

/** `?renderer=` is for tests, and for who has trouble with the other one; lasts for the visit. */
function renderer_choice(): RendererChoice {
  const asked = new URLSearchParams(location.search).get('renderer');
  if (asked) store('session', renderer_key, asked);
  const choice = asked ?? read_stored('session', renderer_key);
  return choice === 'canvas2d' || choice === 'webgl2' ? choice : 'auto';
}

let next_id = 1;

export interface PictureOptions {
  pace: Pace;
  /** For screen readers. */
  label: string;
}

export class Picture {
  readonly #place: HTMLElement;
  readonly #client: ConnectionClient;
  readonly #options: PictureOptions;
  readonly #choice = renderer_choice();
  readonly #names = new Map<number, string>();
  readonly #endings: (() => void)[] = [];
  #canvas: HTMLCanvasElement;
  #id = next_id++;
  #renderer: Renderer | null = null;
  #shown = true;
  #stopped = false;

  /** Puts a canvas at the beginning of `place`, which gives it its size. */
  constructor(place: HTMLElement, client: ConnectionClient, options: PictureOptions) {
    this.#place = place;
    this.#client = client;
    this.#options = options;
    this.#canvas = this.#new_canvas();
    place.prepend(this.#canvas);
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(place);
    this.#endings.push(
      () => observer.disconnect(),
      client.on('cannot_draw', ({ picture_id }) => {
        if (picture_id === this.#id) this.#draw_here();
      }),
      client.on('frame', (frame) => this.#on_frame(frame)),
      client.on('room', (news) => {
        if (news.type === 'entered') this.#on_names(news.roster, true);
        if (news.type === 'roster') this.#on_names(news.changes, false);
      }),
      client.on('replay', (news) => {
        if (news.state === 'open') this.#on_names(news.facts.players, true);
      }),
    );
    const here = this.#choice === 'canvas2d' || !('transferControlToOffscreen' in this.#canvas);
    if (here) this.#draw_here();
    else this.#open(this.#canvas.transferControlToOffscreen());
  }

  get canvas(): HTMLCanvasElement {
    return this.#canvas;
  }

  /** Whether anybody sees it; while nobody does, nothing is drawn. */
  show(shown: boolean): void {
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#client.show_picture(this.#id, shown);
    if (shown && this.#renderer) this.#want(null);
  }

  stop(): void {
    this.#stopped = true;
    for (const end of this.#endings) end();
    this.#client.close_picture(this.#id);
    this.#renderer?.stop();
    this.#canvas.remove();
  }

  #new_canvas(): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    canvas.className = 'picture-canvas';
    canvas.dataset.testid = 'canvas';
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', this.#options.label);
    return canvas;
  }

  #size() {
    const ratio = Math.min(devicePixelRatio, ratio_max);
    const { clientWidth, clientHeight } = this.#place;
    return { width: Math.round(clientWidth * ratio), height: Math.round(clientHeight * ratio) };
  }

  #open(canvas: OffscreenCanvas | null): void {
    const { pace } = this.#options;
    const demand = this.#choice === 'webgl2' ? 'any' : 'hardware';
    this.#client.open_picture({ picture_id: this.#id, canvas, demand, ...this.#size(), pace });
  }

  /** A canvas that was lent once cannot come back: another one takes its place. */
  #draw_here(): void {
    const canvas = this.#new_canvas();
    this.#canvas.replaceWith(canvas);
    this.#canvas = canvas;
    this.#id = next_id++;
    this.#open(null);
    // Few need it, so it is no part of the page's first visit.
    import('../render/canvas2d_renderer.ts')
      .then(({ make_canvas2d_renderer }) => this.#draw_with(make_canvas2d_renderer(canvas)))
      .catch((failure: unknown) => console.error(failure));
  }

  #draw_with(renderer: Renderer | null): void {
    if (this.#stopped) return;
    this.#renderer = renderer;
    for (const [seat, name] of this.#names) renderer?.set_name(seat, name);
    this.#resize();
    this.#want(null);
  }

  #resize(): void {
    const { width, height } = this.#size();
    if (width === 0 || height === 0) return;
    this.#renderer?.resize(width, height);
    this.#client.resize_picture(this.#id, width, height);
  }

  #want(buffer: ArrayBuffer | null): void {
    if (this.#stopped || !this.#shown) return;
    const { width, height } = this.#size();
    this.#client.want_frame(this.#id, height > 0 ? width / height : 1, buffer);
  }

  #on_frame({ picture_id, items, count, camera }: FrameForPage): void {
    if (picture_id !== this.#id || !this.#renderer) return;
    this.#renderer.draw({ items: new Uint8Array(items), count, camera });
    const next = () => this.#want(items);
    if (this.#options.pace === 'slow') setTimeout(next, slow_every_ms);
    else requestAnimationFrame(next);
  }

  #on_names(seats: readonly { seat: number; name: string; left?: boolean }[], whole: boolean): void {
    if (whole) {
      for (const seat of this.#names.keys()) this.#renderer?.set_name(seat, null);
      this.#names.clear();
    }
    for (const { seat, name, left } of seats) {
      if (left) this.#names.delete(seat);
      else this.#names.set(seat, name);
      this.#renderer?.set_name(seat, left ? null : name);
    }
  }
}
