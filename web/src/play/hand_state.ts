// What hands do, as one value: keys, buttons on the page, the stick under a thumb, the pointer. Pure; the
// listeners are hands.ts. A press is told once, in the change that it made, so the Worker keeps it until a
// tick has taken it.
import type { Hands } from '../worker/messages.ts';
import { type Button, button_keys, buttons, move_keys } from './bindings.ts';

type Point = readonly [number, number];

export class HandState {
  readonly #keys = new Set<string>();
  /** How often each button of the page is held: two fingers may hold one. */
  readonly #held = new Map<Button, number>();
  #stick: Point = [0, 0];
  #pointer: Point = [0.5, 0.5];
  #pointer_is_down = false;
  #pressed = 0;

  /** Whether the key means something to games. */
  key_down(code: string): boolean {
    const button = button_keys[code];
    if (!button && !move_keys[code]) return false;
    if (button && !this.#keys.has(code)) this.#pressed |= buttons[button];
    this.#keys.add(code);
    return true;
  }

  /** Whether it was down. */
  key_up(code: string): boolean {
    return this.#keys.delete(code);
  }

  button_down(button: Button): void {
    this.#held.set(button, (this.#held.get(button) ?? 0) + 1);
    this.#pressed |= buttons[button];
  }

  button_up(button: Button): void {
    const held = (this.#held.get(button) ?? 0) - 1;
    if (held > 0) this.#held.set(button, held);
    else this.#held.delete(button);
  }

  /** x and y from −1 to 1, together at most 1 long. */
  set_stick(at: Point): void {
    this.#stick = at;
  }

  /** A share of the picture's width and height. */
  set_pointer(at: Point): void {
    this.#pointer = at;
  }

  pointer_down(at: Point): void {
    this.#pointer = at;
    this.#pointer_is_down = true;
    this.#pressed |= buttons.pointer;
  }

  pointer_up(): void {
    this.#pointer_is_down = false;
  }

  /** Nobody looks or types here any more. Presses that nobody was told of are gone, too. */
  release_all(): void {
    this.#keys.clear();
    this.#held.clear();
    this.#stick = [0, 0];
    this.#pointer_is_down = false;
    this.#pressed = 0;
  }

  /** The value of now; what was pressed is told once. */
  take(): Hands {
    const pressed = this.#pressed;
    this.#pressed = 0;
    return { held: this.#held_bits(), pressed, move: this.#move(), pointer: this.#pointer };
  }

  #held_bits(): number {
    let held = this.#pointer_is_down ? buttons.pointer : 0;
    for (const code of this.#keys) {
      const button = button_keys[code];
      if (button) held |= buttons[button];
    }
    for (const button of this.#held.keys()) held |= buttons[button];
    return held;
  }

  #move(): Point {
    let [x, y] = this.#stick;
    for (const code of this.#keys) {
      const [by_x, by_y] = move_keys[code] ?? [0, 0];
      x += by_x;
      y += by_y;
    }
    x = Math.max(-1, Math.min(1, x));
    y = Math.max(-1, Math.min(1, y));
    const length = Math.hypot(x, y);
    return length > 1 ? [x / length, y / length] : [x, y];
  }
}

/** How far the thumb is from where it landed, as a stick: `reach_px` away is all the way. */
export function stick_of(from: Point, to: Point, reach_px: number): Point {
  const [x, y] = [(to[0] - from[0]) / reach_px, (to[1] - from[1]) / reach_px];
  const length = Math.hypot(x, y);
  // A thumb that rests moves a little.
  if (length < 0.15) return [0, 0];
  return length > 1 ? [x / length, y / length] : [x, y];
}
