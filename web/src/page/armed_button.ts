// A button for what cannot be taken back: the first press arms it for a moment, the second one does it.
import { make } from './make.ts';

const armed_ms = 3000;

export function make_armed_button(kind: string, words: string, work: () => void): HTMLButtonElement {
  const button = make('button', kind, words);
  button.type = 'button';
  let armed: ReturnType<typeof setTimeout> | undefined;
  const disarm = () => {
    clearTimeout(armed);
    armed = undefined;
    button.textContent = words;
  };
  button.addEventListener('click', () => {
    if (armed === undefined) {
      button.textContent = 'Really?';
      armed = setTimeout(disarm, armed_ms);
      return;
    }
    disarm();
    work();
  });
  return button;
}
