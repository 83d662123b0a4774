// Listens to keyboard, mouse, touch, gamepads and the page's own game buttons, and tells the Worker of each
// change at once. A thumb that lands on the left half of the picture gets a stick. Every other finger and the
// mouse point; in games that aim (`data-aims` in the page) such a finger gets a second stick, and the mouse
// points all the time, its buttons being keys like others. Leaving the page, or the window, lets go of
// everything.
import type { ConnectionClient } from '../page/connection_client.ts';
import { bindings_changed, is_button, read_bindings } from './bindings.ts';
import { HandState, stick_of } from './hand_state.ts';
import { reach_px, Stick } from './stick.ts';

const typing = 'input, textarea, select, [contenteditable]';
const pressable = 'button, a, summary, [role="button"]';

interface Thumb {
  id: number;
  from: readonly [number, number];
}

/** Bits of PointerEvent.buttons. */
const mouse_codes = [
  [1, 'Mouse0'],
  [2, 'Mouse2'],
  [4, 'Mouse1'],
] as const;

export class HandsCapture {
  readonly #place: HTMLElement;
  readonly #client: ConnectionClient;
  readonly #state = new HandState();
  readonly #stick: Stick;
  readonly #aim_stick: Stick;
  readonly #aims: boolean;
  readonly #over = new AbortController();
  #thumb: Thumb | null = null;
  #aim_thumb: Thumb | null = null;
  #mouse_buttons = 0;
  #finger: number | null = null;

  constructor(place: HTMLElement, client: ConnectionClient) {
    this.#place = place;
    this.#client = client;
    this.#stick = new Stick(place);
    this.#aim_stick = new Stick(place);
    this.#aims = document.querySelector('main [data-aims]') !== null;
    this.#state.set_bindings(read_bindings());
    const { signal } = this.#over;
    const rebind = () => this.#state.set_bindings(read_bindings());
    document.addEventListener(bindings_changed, rebind, { signal });
    addEventListener('keydown', (event) => this.#on_key_down(event), { signal });
    addEventListener('keyup', (event) => this.#on_key_up(event), { signal });
    addEventListener('blur', () => this.#release(), { signal });
    document.addEventListener('visibilitychange', () => this.#release(), { signal });
    place.addEventListener('pointerdown', (event) => this.#on_pointer_down(event), { signal });
    place.addEventListener('pointermove', (event) => this.#on_pointer_move(event), { signal });
    place.addEventListener('pointerup', (event) => this.#on_pointer_up(event), { signal });
    place.addEventListener('pointercancel', (event) => this.#on_pointer_up(event), { signal });
    place.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    // Safari zooms with two fingers whatever touch-action says.
    place.addEventListener('gesturestart', (event) => event.preventDefault(), { signal });
    this.#listen_to_buttons(signal);
    this.#listen_to_gamepads(signal);
  }

  stop(): void {
    this.#over.abort();
    this.#release();
    this.#stick.remove();
    this.#aim_stick.remove();
  }

  #tell(): void {
    this.#client.set_hands(this.#state.take());
  }

  #release(): void {
    this.#state.release_all();
    this.#thumb = this.#aim_thumb = null;
    this.#finger = null;
    this.#mouse_buttons = 0;
    this.#stick.hide();
    this.#aim_stick.hide();
    this.#tell();
  }

  #on_key_down(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target as Element | null;
    if (target?.matches?.(typing)) return;
    // Space on a button presses that button.
    if (event.code === 'Space' && target?.matches?.(pressable)) return;
    if (event.repeat) {
      // The page does not scroll while somebody walks.
      if (this.#state.key_down(event.code)) event.preventDefault();
      return;
    }
    if (!this.#state.key_down(event.code)) return;
    event.preventDefault();
    this.#tell();
  }

  #on_key_up(event: KeyboardEvent): void {
    if (this.#state.key_up(event.code)) this.#tell();
  }

  /** Position in the picture: in pixels, and as a share of its size. */
  #where(event: PointerEvent) {
    const box = this.#place.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return { x, y, share: [x / Math.max(box.width, 1), y / Math.max(box.height, 1)] as const };
  }

  #on_pointer_down(event: PointerEvent): void {
    // Controls that lie over the picture are not the picture.
    if ((event.target as Element).closest(`${pressable}, ${typing}`)) return;
    const aims_by_mouse = this.#aims && event.pointerType === 'mouse';
    if (event.pointerType === 'mouse' && event.button !== 0 && !aims_by_mouse) return;
    const { x, y, share } = this.#where(event);
    this.#place.setPointerCapture(event.pointerId);
    if (aims_by_mouse) {
      this.#on_mouse(event);
      return;
    }
    if (event.pointerType !== 'mouse' && share[0] < 0.5 && !this.#thumb) {
      this.#thumb = { id: event.pointerId, from: [event.clientX, event.clientY] };
      this.#stick.show(x, y);
      return;
    }
    if (this.#aims) {
      if (this.#aim_thumb) return;
      this.#aim_thumb = { id: event.pointerId, from: [event.clientX, event.clientY] };
      this.#aim_stick.show(x, y);
      return;
    }
    if (this.#finger !== null) return;
    this.#finger = event.pointerId;
    this.#state.pointer_down(share);
    this.#tell();
  }

  /** Of games that aim: where it is, and which of its buttons are down, one among others too. */
  #on_mouse(event: PointerEvent): void {
    this.#state.set_pointer(this.#where(event).share);
    const changed = event.buttons ^ this.#mouse_buttons;
    this.#mouse_buttons = event.buttons;
    for (const [bit, code] of mouse_codes) {
      if ((changed & bit) === 0) continue;
      if ((event.buttons & bit) !== 0) this.#state.key_down(code);
      else this.#state.key_up(code);
    }
    this.#tell();
  }

  #on_pointer_move(event: PointerEvent): void {
    if (this.#aims && event.pointerType === 'mouse') {
      this.#on_mouse(event);
      return;
    }
    if (this.#thumb?.id === event.pointerId) {
      const at = stick_of(this.#thumb.from, [event.clientX, event.clientY], reach_px);
      this.#state.set_stick(at);
      this.#stick.move(at);
    } else if (this.#aim_thumb?.id === event.pointerId) {
      const at = stick_of(this.#aim_thumb.from, [event.clientX, event.clientY], reach_px);
      this.#state.set_aim(at);
      this.#aim_stick.move(at);
    } else if (this.#finger === event.pointerId) {
      this.#state.set_pointer(this.#where(event).share);
    } else {
      return;
    }
    this.#tell();
  }

  #on_pointer_up(event: PointerEvent): void {
    if (this.#aims && event.pointerType === 'mouse') {
      this.#on_mouse(event);
      return;
    }
    if (this.#thumb?.id === event.pointerId) {
      this.#thumb = null;
      this.#state.set_stick([0, 0]);
      this.#stick.hide();
    } else if (this.#aim_thumb?.id === event.pointerId) {
      this.#aim_thumb = null;
      this.#state.set_aim([0, 0]);
      this.#aim_stick.hide();
    } else if (this.#finger === event.pointerId) {
      this.#finger = null;
      this.#state.pointer_up();
    } else {
      return;
    }
    this.#tell();
  }

  #listen_to_gamepads(signal: AbortSignal): void {
    let is_watching = false;
    const begin = async () => {
      if (is_watching) return;
      is_watching = true;
      const { watch_gamepads } = await import('./gamepad.ts');
      if (signal.aborted) return;
      watch_gamepads((pad) => {
        if (this.#state.set_pad(pad)) this.#tell();
      }, signal);
    };
    addEventListener('gamepadconnected', () => void begin(), { signal, once: true });
    // One that the page knew before this room.
    if (navigator.getGamepads?.().some((pad) => pad)) void begin();
  }

  /** `data-press="action_1"` makes any element of the page a button of the game. */
  #listen_to_buttons(signal: AbortSignal): void {
    const button_of = (event: Event) => {
      const element = (event.target as Element).closest?.<HTMLElement>('[data-press]');
      const name = element?.dataset.press;
      return is_button(name) ? name : null;
    };
    const fingers = new Map<number, NonNullable<ReturnType<typeof button_of>>>();
    document.addEventListener(
      'pointerdown',
      (event) => {
        const button = button_of(event);
        if (!button || event.button !== 0) return;
        fingers.set(event.pointerId, button);
        this.#state.button_down(button);
        this.#tell();
      },
      { signal },
    );
    const up = (event: PointerEvent) => {
      const button = fingers.get(event.pointerId);
      if (!button) return;
      fingers.delete(event.pointerId);
      this.#state.button_up(button);
      this.#tell();
    };
    document.addEventListener('pointerup', up, { signal });
    document.addEventListener('pointercancel', up, { signal });
    // Pressed by keyboard or by a screen reader: a click without a pointer.
    document.addEventListener(
      'click',
      (event) => {
        const button = button_of(event);
        if (!button || event.detail > 0) return;
        this.#state.button_down(button);
        this.#tell();
        this.#state.button_up(button);
        this.#tell();
      },
      { signal },
    );
  }
}
