// Gamepads of the standard layout (W3C Gamepad, section 9): sticks, buttons and the directional pad. Loaded
// with the first gamepad that is touched, and looks once per frame as long as there is one.
import { type Button, buttons, directions } from './bindings.ts';
import { no_pad, type PadState } from './hand_state.ts';

/** By number: A, B, X, Y, both bumpers, both triggers. */
const pad_buttons: readonly Button[] = [
  'action_5',
  'action_6',
  'action_1',
  'action_2',
  'action_3',
  'action_4',
  'action_6',
  'action_5',
];
const pad_directions = { 12: 'up', 13: 'down', 14: 'left', 15: 'right' } as const;
/** Sticks that rest are not quite at zero. */
const rest = 0.18;
/** Who aims with a gamepad pushes to the rim; of a thumb's stick games may take the rim as more. */
const aim_max = 0.9;

type Point = readonly [number, number];

export function stick(x: number, y: number): Point {
  const length = Math.hypot(x, y);
  if (!(length > rest)) return [0, 0];
  const reach = Math.min((length - rest) / (1 - rest), 1) / length;
  // In hundredths: a stick that trembles is not news.
  return [Math.round(100 * x * reach) / 100, Math.round(100 * y * reach) / 100];
}

export function pad_state(pad: Pick<Gamepad, 'axes' | 'buttons'>): PadState {
  let held = 0;
  pad_buttons.forEach((button, index) => {
    if (pad.buttons[index]?.pressed) held |= buttons[button];
  });
  let [x, y] = stick(pad.axes[0] ?? 0, pad.axes[1] ?? 0);
  for (const [index, direction] of Object.entries(pad_directions)) {
    if (!pad.buttons[Number(index)]?.pressed) continue;
    x += directions[direction][0];
    y += directions[direction][1];
  }
  const [aim_x, aim_y] = stick(pad.axes[2] ?? 0, pad.axes[3] ?? 0);
  return { held, move: [x, y], aim: [aim_x * aim_max, aim_y * aim_max] };
}

/** Calls `tell` once per frame while a gamepad is connected, and with an empty hand when the last one goes. */
export function watch_gamepads(tell: (pad: PadState) => void, signal: AbortSignal): void {
  let frame = 0;
  const look = () => {
    const pad = navigator.getGamepads().find((one) => one?.connected && one.mapping === 'standard');
    tell(pad && document.hasFocus() ? pad_state(pad) : no_pad);
    frame = pad && !signal.aborted ? requestAnimationFrame(look) : 0;
  };
  addEventListener(
    'gamepadconnected',
    () => {
      if (frame === 0) frame = requestAnimationFrame(look);
    },
    { signal },
  );
  look();
}
