// HTMX where no page loaded it yet: a press on a boosted link or form brings it, and is then done again. It
// is a third of all scripts, and who comes to play needs it only to leave. The lobby, which swaps news,
// imports it at once. Without it links and forms work as on every website, so a failed load costs only time.

/** The history of an earlier document was HTMX's: going back in it reaches nobody else. */
const htmx_made_history = () => history.state?.htmx === true;

function is_boosted(element: Element): boolean {
  return element.closest('[hx-boost="false"]') === null;
}

function boosted_link(event: MouseEvent): HTMLAnchorElement | null {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return null;
  const link = (event.target as Element).closest('a');
  if (!link?.href || link.target || link.download || !is_boosted(link)) return null;
  return link.origin === location.origin && !link.getAttribute('href')?.startsWith('#') ? link : null;
}

/** `load` resolves when HTMX has taken over the page that is open. */
export function bring_htmx_on_demand(load: () => Promise<unknown>): void {
  const over = new AbortController();
  const { signal } = over;
  let is_loading = false;
  let wish: () => void = () => {};

  const bring = () => {
    if (is_loading) return;
    is_loading = true;
    load()
      .catch((failure: unknown) => console.warn('pages are loaded whole', failure))
      .finally(() => {
        over.abort();
        wish();
      });
  };
  /** Of several presses while it loads, the last counts. */
  const later = (event: Event, again: () => void) => {
    event.preventDefault();
    wish = again;
    bring();
  };

  if (htmx_made_history()) bring();
  // The press comes a moment before the click.
  document.addEventListener('pointerdown', (event) => boosted_link(event) && bring(), { signal });
  document.addEventListener(
    'click',
    (event) => {
      const link = event.defaultPrevented ? null : boosted_link(event);
      if (link) later(event, () => link.click());
    },
    { signal },
  );
  document.addEventListener(
    'submit',
    (event) => {
      const form = event.target as HTMLFormElement;
      if (event.defaultPrevented || form.method === 'dialog' || !is_boosted(form)) return;
      later(event, () => form.requestSubmit(event.submitter));
    },
    { signal },
  );
}
