// Numbers of the last ten seconds, and the lines of their graphs. Pure.

export const shown_ms = 10_000;

export interface Point {
  at_ms: number;
  /** null: nothing was measured, or it was lost. */
  value: number | null;
}

export class Series {
  #points: Point[] = [];

  add(at_ms: number, value: number | null): void {
    this.#points.push({ at_ms, value });
  }

  /** Of the last ten seconds, oldest first. */
  points(now_ms: number): readonly Point[] {
    this.#points = this.#points.filter(({ at_ms }) => now_ms - at_ms <= shown_ms);
    return this.#points;
  }
}

/** The least round number that everything fits below; `least` where all is small. */
export function scale_of(values: readonly number[], least: number): number {
  const most = Math.max(least, ...values.map(Math.abs));
  const step = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((factor) => factor * step).find((top) => top >= most * 0.999) ?? most;
}

/**
 * The `d` of an SVG path in a box of `width` × `height`; time goes to the right. `from` is at the bottom and
 * `to` at the top; what is not known is a gap.
 */
export function path_of(
  points: readonly Point[],
  now_ms: number,
  { width, height, from, to }: { width: number; height: number; from: number; to: number },
): string {
  let path = '';
  let is_drawing = false;
  for (const { at_ms, value } of points) {
    if (value === null) {
      is_drawing = false;
      continue;
    }
    const x = width * (1 - (now_ms - at_ms) / shown_ms);
    const share = Math.max(0, Math.min(1, (value - from) / (to - from)));
    path += `${is_drawing ? 'L' : 'M'}${x.toFixed(1)} ${(height * (1 - share)).toFixed(1)}`;
    is_drawing = true;
  }
  return path;
}
