// Which key is which button of the game (core/game/controls.h; bindings.test.ts compares). By the place of
// the key on the keyboard, not by its letter.

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

export type Button = keyof typeof buttons;

export const button_keys: Readonly<Record<string, Button>> = {
  Digit1: 'action_1',
  Digit2: 'action_2',
  Digit3: 'action_3',
  Digit4: 'action_4',
  Numpad1: 'action_1',
  Numpad2: 'action_2',
  Numpad3: 'action_3',
  Numpad4: 'action_4',
  Space: 'action_5',
  KeyE: 'action_6',
  KeyQ: 'action_7',
  ShiftLeft: 'action_8',
};

/** [x, y]; x to the right, y down. */
export const move_keys: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1],
  KeyW: [0, -1],
  ArrowLeft: [-1, 0],
  KeyA: [-1, 0],
  ArrowDown: [0, 1],
  KeyS: [0, 1],
  ArrowRight: [1, 0],
  KeyD: [1, 0],
};

export function is_button(name: string | undefined): name is Button {
  return name !== undefined && Object.hasOwn(buttons, name);
}
