// HTML that the server pushes over the connection, or that a page fetched by itself: elements which name
// their places by their ids. One after the other, because a swap takes more than one turn of the browser's
// loop. What has no place in the page that is open is dropped.
import htmx from 'htmx.org';

let swaps: Promise<void> = Promise.resolve();

/** Resolves when `html` is in its places. */
export function swap_pushed(html: string): Promise<void> {
  swaps = swaps
    .then(() => htmx.swap({ text: html, target: document.body, sourceElement: document.body, swap: 'none' }))
    .catch((failure: unknown) => console.error('a pushed fragment could not be swapped', failure));
  return swaps;
}
