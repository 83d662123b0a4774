// The style sheet of all pages, where the first page of the visit came with its own part of it: whoever swaps
// in another page waits for this, so nothing is ever shown without its styles.

/** Resolves when the page has it; rejects when it does not arrive. */
export function whole_style(): Promise<void> {
  const own = document.querySelector<HTMLLinkElement>('link[data-whole]');
  if (!own?.dataset.whole) return Promise.resolve();
  const whole = document.createElement('link');
  whole.rel = 'stylesheet';
  whole.href = own.dataset.whole;
  return new Promise((resolve, reject) => {
    whole.onload = () => resolve();
    whole.onerror = () => reject(new Error(`${whole.href} did not arrive`));
    // Beside it, and before the style sheets that scripts have added since.
    own.after(whole);
  });
}
