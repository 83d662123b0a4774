// The packed draw list of core/game/draw_list.h, as it lies in WebAssembly's memory; draw_list.test.ts
// compares both files. And what every renderer can do.

export const item_bytes = 32;
export const items_max = 4096;

/** Where each field of an item begins. */
export const offset_of = {
  at: 0,
  half_size: 8,
  cos: 16,
  sin: 18,
  colour: 20,
  shape: 24,
  seat: 25,
  extra: 28,
} as const;

export const shapes = {
  box: 0,
  disc: 1,
  ring: 2,
  capsule: 3,
  star: 4,
  heart: 5,
  shadow: 6,
  label: 7,
} as const;

export type Shape = keyof typeof shapes;

/** What part of the world fills the picture: `height` units from top to bottom around the centre. */
export interface Camera {
  x: number;
  y: number;
  height: number;
  /** 0 to 255 each. */
  clear: readonly [number, number, number, number];
}

export interface Scene {
  /** `count` items; valid only during the call. */
  items: Uint8Array;
  count: number;
  camera: Camera;
}

export type RendererKind = 'webgl2' | 'canvas2d';

export interface Renderer {
  readonly kind: RendererKind;
  /** In device pixels. */
  resize(width: number, height: number): void;
  /** The names that labels show; null: nobody has the seat. */
  set_name(seat: number, name: string | null): void;
  /** Whether the picture before this one is finished: another one would only wait behind it. */
  is_ready(): boolean;
  draw(scene: Scene): void;
  stop(): void;
}

/** One item, unpacked; for renderers that cannot take the bytes as they are. */
export interface Item {
  x: number;
  y: number;
  half_width: number;
  half_height: number;
  cos: number;
  sin: number;
  colour: string;
  shape: number;
  seat: number;
  extra: number;
}

const unit = 32767;

export function read_item(view: DataView, index: number): Item {
  const base = index * item_bytes;
  const float = (offset: number) => view.getFloat32(base + offset, true);
  const byte = (offset: number) => view.getUint8(base + offset);
  const { colour } = offset_of;
  const alpha = byte(colour + 3) / 255;
  return {
    x: float(offset_of.at),
    y: float(offset_of.at + 4),
    half_width: float(offset_of.half_size),
    half_height: float(offset_of.half_size + 4),
    cos: view.getInt16(base + offset_of.cos, true) / unit,
    sin: view.getInt16(base + offset_of.sin, true) / unit,
    colour: `rgb(${byte(colour)} ${byte(colour + 1)} ${byte(colour + 2)} / ${alpha})`,
    shape: byte(offset_of.shape),
    seat: byte(offset_of.seat),
    extra: float(offset_of.extra),
  };
}
