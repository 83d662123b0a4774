// Names as pictures: one cell per seat, in a grid. The renderer puts the cells into a texture and draws them
// as labels. Red is the text, green the text with a halo, so the renderer chooses both colours.

export const cell_width = 256;
export const cell_height = 40;
export const columns = 4;
export const rows = 50;

const font_px = 27;
const halo_px = 6;
/** The halo stays inside the cell. */
const text_width_max = cell_width - 2 * halo_px;

export interface Cell {
  pixels: OffscreenCanvas;
  /** Of the cell, from its left edge, that the name needs. */
  width: number;
}

/** Where the cell of `seat` begins in the texture, or null: there are no more cells than seats. */
export function cell_at(seat: number): { x: number; y: number } | null {
  if (seat >= columns * rows) return null;
  return { x: (seat % columns) * cell_width, y: Math.floor(seat / columns) * cell_height };
}

export class LabelPainter {
  readonly #canvas = new OffscreenCanvas(cell_width, cell_height);
  readonly #pen = this.#canvas.getContext('2d', { alpha: false, willReadFrequently: true });

  /** The next call paints over it. */
  paint(name: string): Cell {
    const pen = this.#pen;
    if (!pen) return { pixels: this.#canvas, width: 0 };
    pen.fillStyle = '#000';
    pen.fillRect(0, 0, cell_width, cell_height);
    pen.font = `600 ${font_px}px system-ui, sans-serif`;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.lineJoin = 'round';
    pen.lineWidth = halo_px;
    const width = Math.min(Math.ceil(pen.measureText(name).width) + 2 * halo_px, cell_width);
    const draw = (put: (text: string, x: number, y: number, width_max: number) => void) =>
      put.call(pen, name, width / 2, cell_height / 2 + 1, text_width_max);
    pen.strokeStyle = pen.fillStyle = '#0f0';
    draw(pen.strokeText);
    pen.fillStyle = '#ff0';
    draw(pen.fillText);
    return { pixels: this.#canvas, width };
  }
}
