// The round trips of the last minute on a canvas: a line, and a mark where a ping got lost. The canvas keeps
// the size that the style sheet gives it.
import type { PingSample } from '../worker/messages.ts';

export const span_ms = 60_000;

/** Round numbers for the top of the scale, so that it jumps rarely. */
const tops_ms = [5, 10, 20, 50, 100, 200, 500, 1000, 2000];

export function top_of_scale(samples: PingSample[]): number {
  const highest_ms = Math.max(0, ...samples.map(({ rtt_ms }) => rtt_ms ?? 0));
  return tops_ms.find((top_ms) => top_ms >= highest_ms * 1.1) ?? 2000;
}

interface Colours {
  grid: string;
  words: string;
  line: string;
  lost: string;
}

export class RttGraph {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #resized: ResizeObserver;
  #samples: PingSample[] = [];
  #frame = 0;

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser has no 2D canvas.');
    this.#canvas = canvas;
    this.#context = context;
    this.#resized = new ResizeObserver(() => this.#draw_soon());
    this.#resized.observe(canvas);
  }

  add(samples: PingSample[]): void {
    this.#samples.push(...samples);
    this.#samples.sort((left, right) => left.sent_ms - right.sent_ms);
    const newest_ms = this.#samples.at(-1)?.sent_ms ?? 0;
    const first_kept = this.#samples.findIndex(({ sent_ms }) => sent_ms >= newest_ms - span_ms);
    this.#samples = this.#samples.slice(Math.max(first_kept, 0));
    this.#draw_soon();
  }

  stop(): void {
    this.#resized.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  #draw_soon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #colours(): Colours {
    const style = getComputedStyle(this.#canvas);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    // Registered custom properties (tokens.css) come back as colours, whatever the scheme.
    return {
      grid: colour('--graph-grid'),
      words: colour('--graph-words'),
      line: colour('--graph-line'),
      lost: colour('--graph-lost'),
    };
  }

  #draw(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const scale = globalThis.devicePixelRatio || 1;
    const pixel_width = Math.round(width * scale);
    const pixel_height = Math.round(height * scale);
    if (this.#canvas.width !== pixel_width) this.#canvas.width = pixel_width;
    if (this.#canvas.height !== pixel_height) this.#canvas.height = pixel_height;
    this.#context.setTransform(scale, 0, 0, scale, 0, 0);
    this.#context.clearRect(0, 0, width, height);
    const colours = this.#colours();
    const top_ms = top_of_scale(this.#samples);
    this.#draw_scale(width, height, top_ms, colours);
    this.#draw_samples(width, height, top_ms, colours);
  }

  #draw_scale(width: number, height: number, top_ms: number, colours: Colours): void {
    const context = this.#context;
    context.font = '12px ui-sans-serif, system-ui, sans-serif';
    context.lineWidth = 1;
    for (const part of [0, 0.5, 1]) {
      const y = Math.round(height - 4 - part * (height - 22)) + 0.5;
      context.strokeStyle = colours.grid;
      context.beginPath();
      context.moveTo(0, y);
      context.lineTo(width, y);
      context.stroke();
      if (part === 0) continue;
      context.fillStyle = colours.words;
      context.fillText(`${top_ms * part} ms`, 2, y - 4);
    }
  }

  #draw_samples(width: number, height: number, top_ms: number, colours: Colours): void {
    const context = this.#context;
    const newest_ms = this.#samples.at(-1)?.sent_ms ?? 0;
    const x_of = (sent_ms: number) => width - 3 - ((newest_ms - sent_ms) / span_ms) * (width - 6);
    const y_of = (rtt_ms: number) => height - 4 - (Math.min(rtt_ms, top_ms) / top_ms) * (height - 22);
    context.lineWidth = 1.75;
    context.lineJoin = 'round';
    context.strokeStyle = colours.line;
    context.beginPath();
    let drawing = false;
    for (const { sent_ms, rtt_ms } of this.#samples) {
      if (rtt_ms === null) {
        drawing = false;
        continue;
      }
      if (drawing) context.lineTo(x_of(sent_ms), y_of(rtt_ms));
      else context.moveTo(x_of(sent_ms), y_of(rtt_ms));
      drawing = true;
    }
    context.stroke();
    context.fillStyle = colours.lost;
    for (const { sent_ms, rtt_ms } of this.#samples) {
      if (rtt_ms === null) context.fillRect(x_of(sent_ms) - 1, 16, 2, height - 20);
    }
  }
}
