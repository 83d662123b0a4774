// Changing what keys do, as values; and keys in words. Pure; the dialog is controls_dialog.ts.
import type { Action, Bindings } from './bindings.ts';

/** The page and the browser need these themselves. */
const reserved = /^(Escape|Tab|F\d+|Meta.*|Control.*|Alt.*|ContextMenu|Enter|NumpadEnter)$/;

export function may_bind(code: string): boolean {
  return code !== '' && !reserved.test(code);
}

export interface Rebound {
  bindings: Bindings;
  /** What `code` did before; null: nothing, or the same. */
  taken_from: Action | null;
}

/** `code` does `action` from now on, instead of `instead_of` (null: beside what does it already). */
export function rebind(bindings: Bindings, action: Action, code: string, instead_of: string | null): Rebound {
  const before = bindings[code] ?? null;
  const changed: Record<string, Action> = { ...bindings };
  if (instead_of !== null && changed[instead_of] === action) delete changed[instead_of];
  changed[code] = action;
  return { bindings: changed, taken_from: before === action ? null : before };
}

export function unbind(bindings: Bindings, code: string): Bindings {
  const { [code]: _, ...rest } = bindings;
  return rest;
}

/** In the order they were bound. */
export function keys_of(bindings: Bindings, action: Action): string[] {
  return Object.entries(bindings)
    .filter(([, does]) => does === action)
    .map(([code]) => code);
}

const names: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowDown: '↓',
  ArrowRight: '→',
  ShiftLeft: 'Shift',
  ShiftRight: 'Right shift',
  Mouse0: 'Left mouse',
  Mouse1: 'Middle mouse',
  Mouse2: 'Right mouse',
};

export function key_words(code: string): string {
  return names[code] ?? code.replace(/^(Key|Digit)/, '').replace(/^Numpad/, 'Pad ');
}
