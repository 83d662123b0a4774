// Draws a draw list with Canvas2D on the page, where a browser has no WebGL2 in Workers. Slower, and the same
// picture but for the softness of some edges.
import { type Item, type Renderer, read_item, type Scene, shapes } from './draw_list.ts';

const star_inner = 0.46;
/** The fading of a shadow from its middle outwards, as the other renderer has it. */
const shadow_steps = [
  [0, 1],
  [0.25, 0.84],
  [0.5, 0.5],
  [0.75, 0.16],
  [1, 0],
] as const;
const halo_colour = 'rgb(4 11 11 / 0.52)';
/** A label's half height is that of its cell in the other renderer (label_cells.ts): text of 27 in 40. */
const text_share = (2 * 27) / 40;

class Canvas2dRenderer implements Renderer {
  readonly kind = 'canvas2d';
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  readonly #names = new Map<number, string>();

  constructor(canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D) {
    this.#canvas = canvas;
    this.#pen = pen;
  }

  resize(width: number, height: number): void {
    this.#canvas.width = width;
    this.#canvas.height = height;
  }

  set_name(seat: number, name: string | null): void {
    if (name === null) this.#names.delete(seat);
    else this.#names.set(seat, name);
  }

  is_ready(): boolean {
    return true;
  }

  draw({ items, count, camera }: Scene): void {
    const pen = this.#pen;
    const { width, height } = this.#canvas;
    const [red, green, blue] = camera.clear;
    const scale = height / camera.height;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = `rgb(${red} ${green} ${blue})`;
    pen.fillRect(0, 0, width, height);
    const view = new DataView(items.buffer, items.byteOffset, items.byteLength);
    for (let index = 0; index < count; index += 1) {
      const item = read_item(view, index);
      const x = (item.x - camera.x) * scale + width / 2;
      const y = (item.y - camera.y) * scale + height / 2;
      pen.setTransform(item.cos * scale, item.sin * scale, -item.sin * scale, item.cos * scale, x, y);
      pen.fillStyle = item.colour;
      this.#shape(item);
    }
  }

  stop(): void {
    this.#names.clear();
  }

  #shape(item: Item): void {
    const pen = this.#pen;
    const { half_width: w, half_height: h, extra } = item;
    pen.beginPath();
    switch (item.shape) {
      case shapes.box:
        pen.roundRect(-w, -h, 2 * w, 2 * h, Math.min(extra, w, h));
        break;
      case shapes.capsule:
        pen.roundRect(-w, -h, 2 * w, 2 * h, h);
        break;
      case shapes.disc:
        pen.ellipse(0, 0, w, h, 0, 0, 2 * Math.PI);
        break;
      case shapes.ring:
        pen.ellipse(0, 0, w, h, 0, 0, 2 * Math.PI);
        pen.ellipse(0, 0, Math.max(w - extra, 0), Math.max(h - extra, 0), 0, 0, 2 * Math.PI, true);
        break;
      case shapes.star:
        trace_star(pen, w, h);
        break;
      case shapes.heart:
        trace_heart(pen, w, h);
        break;
      case shapes.shadow:
        this.#shadow(item);
        return;
      case shapes.label:
        this.#label(item);
        return;
      default:
        return;
    }
    pen.fill();
  }

  #shadow({ half_width, half_height, colour }: Item): void {
    const pen = this.#pen;
    pen.scale(half_width, half_height);
    const soft = pen.createRadialGradient(0, 0, 0, 0, 0, 1);
    for (const [at, share] of shadow_steps) {
      const faded = colour.replace(/[\d.]+\)$/, (alpha) => `${Number.parseFloat(alpha) * share})`);
      soft.addColorStop(at, faded);
    }
    pen.fillStyle = soft;
    pen.arc(0, 0, 1, 0, 2 * Math.PI);
    pen.fill();
  }

  #label({ seat, half_height }: Item): void {
    const name = this.#names.get(seat);
    if (name === undefined) return;
    const pen = this.#pen;
    // Fonts below a pixel are refused, so the text is set large and scaled down.
    pen.scale(half_height / 100, half_height / 100);
    pen.font = `600 ${100 * text_share}px system-ui, sans-serif`;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.lineJoin = 'round';
    pen.lineWidth = 30;
    pen.strokeStyle = halo_colour;
    pen.strokeText(name, 0, 5);
    pen.fillText(name, 0, 5);
  }
}

function trace_star(pen: CanvasRenderingContext2D, w: number, h: number): void {
  for (let corner = 0; corner < 10; corner += 1) {
    const angle = (corner * Math.PI) / 5;
    const reach = corner % 2 === 0 ? 1 : star_inner;
    pen.lineTo(reach * Math.sin(angle) * w, -reach * Math.cos(angle) * h);
  }
  pen.closePath();
}

/** The heart of shaders.ts: a square on its corner with a disc on each of its upper sides. */
function trace_heart(pen: CanvasRenderingContext2D, w: number, h: number): void {
  const lobe = 0.5858;
  const [x, y] = [0.4142, -0.3284];
  const quarter = Math.PI / 4;
  pen.moveTo(0, 0.9142 * h);
  pen.ellipse(-x * w, y * h, lobe * w, lobe * h, 0, 3 * quarter, -quarter);
  pen.ellipse(x * w, y * h, lobe * w, lobe * h, 0, -3 * quarter, quarter);
  pen.closePath();
}

export function make_canvas2d_renderer(canvas: HTMLCanvasElement): Renderer | null {
  const pen = canvas.getContext('2d', { alpha: false });
  return pen ? new Canvas2dRenderer(canvas, pen) : null;
}
