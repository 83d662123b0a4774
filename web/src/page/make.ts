// Elements made by script.

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  kind = '',
  words = '',
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (words) made.textContent = words;
  return made;
}

export function make_button(kind: string, words: string, work: () => void): HTMLButtonElement {
  const button = make('button', kind, words);
  button.type = 'button';
  button.addEventListener('click', work);
  return button;
}

/** Only what differs is written, so that nothing is laid out for nothing. */
export function write(element: Element, words: string): void {
  if (element.textContent !== words) element.textContent = words;
}
