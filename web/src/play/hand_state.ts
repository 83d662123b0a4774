// What hands do, as one value: keys, buttons on the page, sticks, the pointer, a gamepad. Pure; the
// listeners are hands.ts. A press is told once, in the change that it made, so the Worker keeps it until a
// tick has taken it.
import type { Hands } from '../worker/messages.ts';
import { type Bindings, type Button, buttons, default_bindings, directions, is_button } from './bindings.ts';

type Point = readonly [number, number];

/** What a gamepad does; as Hands has it. */
export interface PadState {
  held: number;
  move: Point;
  aim: Point;
}

export const no_pad: PadState = { held: 0, move: [0, 0], aim: [0, 0] };

export class HandState {
  readonly #keys = new Set<string>();
  /** How often each button of the page is held: two fingers may hold one. */
  readonly #held = new Map<Button, number>();
  #bindings = default_bindings;
  #stick: Point = [0, 0];
  #aim: Point = [0, 0];
  #pad = no_pad;
  #pointer: Point | null = null;
  #pointer_is_down = false;
  #pressed = 0;

  set_bindings(bindings: Bindings): void {
    this.#keys.clear();
    this.#bindings = bindings;
  }

  /** Whether the key means something to games. */
  key_down(code: string): boolean {
    const action = this.#bindings[code];
    if (!action) return false;
    if (is_button(action) && !this.#keys.has(code)) this.#pressed |= buttons[action];
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

  /** As set_stick(). Who aims with a stick does not point. */
  set_aim(at: Point): void {
    this.#aim = at;
    if (at[0] !== 0 || at[1] !== 0) this.#pointer = null;
  }

  /** What a gamepad does now, beside everything else; whether that is something else than before. */
  set_pad(pad: PadState): boolean {
    const before = this.#pad;
    const same = (one: Point, other: Point) => one[0] === other[0] && one[1] === other[1];
    if (pad.held === before.held && same(pad.move, before.move) && same(pad.aim, before.aim)) return false;
    this.#pressed |= pad.held & ~before.held;
    this.#pad = pad;
    if (pad.aim[0] !== 0 || pad.aim[1] !== 0) this.#pointer = null;
    return true;
  }

  /** A share of the picture's width and height. */
  set_pointer(at: Point | null): void {
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
    this.#aim = [0, 0];
    this.#pad = no_pad;
    this.#pointer_is_down = false;
    this.#pressed = 0;
  }

  /** The value of now; what was pressed is told once. */
  take(): Hands {
    const pressed = this.#pressed;
    this.#pressed = 0;
    return {
      held: this.#held_bits(),
      pressed,
      move: this.#move(),
      pointer: this.#pointer,
      aim: within_circle(this.#aim[0] + this.#pad.aim[0], this.#aim[1] + this.#pad.aim[1]),
    };
  }

  #held_bits(): number {
    let held = this.#pad.held | (this.#pointer_is_down ? buttons.pointer : 0);
    for (const code of this.#keys) {
      const action = this.#bindings[code];
      if (is_button(action)) held |= buttons[action];
    }
    for (const button of this.#held.keys()) held |= buttons[button];
    return held;
  }

  #move(): Point {
    let x = this.#stick[0] + this.#pad.move[0];
    let y = this.#stick[1] + this.#pad.move[1];
    for (const code of this.#keys) {
      const action = this.#bindings[code];
      if (action === undefined || is_button(action)) continue;
      x += directions[action][0];
      y += directions[action][1];
    }
    return within_circle(Math.max(-1, Math.min(1, x)), Math.max(-1, Math.min(1, y)));
  }
}

function within_circle(x: number, y: number): Point {
  const length = Math.hypot(x, y);
  return length > 1 ? [x / length, y / length] : [x, y];
}

/** How far the thumb is from where it landed, as a stick: `reach_px` away is all the way. */
export function stick_of(from: Point, to: Point, reach_px: number): Point {
  const [x, y] = [(to[0] - from[0]) / reach_px, (to[1] - from[1]) / reach_px];
  const length = Math.hypot(x, y);
  // A thumb that rests moves a little.
  if (length < 0.15) return [0, 0];
  return length > 1 ? [x / length, y / length] : [x, y];
}
