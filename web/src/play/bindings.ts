// Which key is which action: the buttons of core/game/controls.h (hand_state.test.ts compares) and four
// directions. By the place of the key on the keyboard, not by its letter. People may change them; what they
// change is kept. Pure but for read_bindings() and store_bindings().
import { read_stored, store } from '../page/storage.ts';

/** The bits of `held` and `pressed`. */
export const buttons = {
  action_1: 1 << 0,
  action_2: 1 << 1,
  action_3: 1 << 2,
  action_4: 1 << 3,
  action_5: 1 << 4,
  action_6: 1 << 5,
  action_7: 1 << 6,
  action_8: 1 << 7,
  pointer: 1 << 8,
} as const;

/** [x, y]; x to the right, y down. */
export const directions = { up: [0, -1], left: [-1, 0], down: [0, 1], right: [1, 0] } as const;

export type Button = keyof typeof buttons;
export type Direction = keyof typeof directions;
export type Action = Button | Direction;

/** By code of the key; `Mouse0` and `Mouse2` are buttons of the mouse, in games that aim with it. */
export type Bindings = Readonly<Record<string, Action>>;

export const default_bindings: Bindings = {
  Digit1: 'action_1',
  Digit2: 'action_2',
  Digit3: 'action_3',
  Digit4: 'action_4',
  Numpad1: 'action_1',
  Numpad2: 'action_2',
  Numpad3: 'action_3',
  Numpad4: 'action_4',
  Space: 'action_5',
  Mouse0: 'action_5',
  KeyE: 'action_6',
  Mouse2: 'action_6',
  KeyQ: 'action_7',
  ShiftLeft: 'action_8',
  ArrowUp: 'up',
  KeyW: 'up',
  ArrowLeft: 'left',
  KeyA: 'left',
  ArrowDown: 'down',
  KeyS: 'down',
  ArrowRight: 'right',
  KeyD: 'right',
};

const stored_key = 'grandstand.keys';
/** Fired on `document` when they have changed. */
export const bindings_changed = 'grandstand:bindings';

export function is_button(name: string | undefined): name is Button {
  return name !== undefined && Object.hasOwn(buttons, name);
}

export function is_action(name: unknown): name is Action {
  return typeof name === 'string' && (Object.hasOwn(buttons, name) || Object.hasOwn(directions, name));
}

/** `text`: what was stored. Anything that is not bindings is the default. */
export function parse_bindings(text: string | null): Bindings {
  try {
    const entries = Object.entries(JSON.parse(text ?? 'null') as object);
    const good = entries.filter(([code, action]) => /^\w{1,20}$/.test(code) && is_action(action));
    return good.length > 0 ? Object.fromEntries(good) : default_bindings;
  } catch {
    return default_bindings;
  }
}

export function read_bindings(): Bindings {
  return parse_bindings(read_stored('local', stored_key));
}

/** null: the default again. */
export function store_bindings(bindings: Bindings | null): void {
  store('local', stored_key, bindings ? JSON.stringify(bindings) : null);
  document.dispatchEvent(new Event(bindings_changed));
}
