// What HTMX leaves to us when it swaps pages: the current link, the focus, words for a failed load, and the
// life of the scripts that belong to one page (`data-page` of <main>).

/** Starts what a page needs; the result ends it. */
export type Mount = (main: HTMLElement) => () => void;

/** A page whose script comes when the page does. */
export function lazily(load: () => Promise<Mount>): Mount {
  return (main) => {
    let is_over = false;
    let unmount = () => {};
    load()
      .then((mount) => {
        if (!is_over) unmount = mount(main);
      })
      .catch((failure: unknown) => {
        console.error(failure);
        notice('A part of this page did not arrive. Load it again.');
      });
    return () => {
      is_over = true;
      unmount();
    };
  };
}

interface HtmxEventDetail {
  ctx?: { sourceElement?: Element };
}

export class Navigation {
  readonly #mounts: Record<string, Mount>;
  #current: HTMLElement | null = null;
  #page = '';
  #unmount: () => void = () => {};

  constructor(mounts: Record<string, Mount>) {
    this.#mounts = mounts;
    this.#sync();
    document.addEventListener('htmx:after:swap', (event) => this.#on_swapped(event));
    document.addEventListener('htmx:after:settle', () => this.#sync());
    document.addEventListener('htmx:error', (event) => this.#on_failed(event));
    document.addEventListener('htmx:after:request', (event) => this.#on_answered(event));
  }

  /** Going back keeps <main> and changes what is in it, so both are compared. */
  #sync(): void {
    const main = document.querySelector<HTMLElement>('main');
    const content = main?.firstElementChild as HTMLElement | null;
    if (!main || content === this.#current) return;
    this.#unmount();
    this.#current = content;
    this.#page = main.dataset.page ?? '';
    this.#unmount = this.#mounts[this.#page]?.(main) ?? (() => {});
    this.#mark_links();
  }

  #mark_links(): void {
    for (const link of document.querySelectorAll<HTMLAnchorElement>('.top-links a')) {
      if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  #on_swapped(event: Event): void {
    this.#sync();
    this.#mark_links();
    const source = (event as CustomEvent<HtmxEventDetail>).detail.ctx?.sourceElement;
    // Fragments that refresh themselves leave the focus alone; a new page takes it.
    if (source?.id === 'main' || source?.matches('a')) {
      document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
    }
  }

  #on_answered(event: Event): void {
    const source = (event as CustomEvent<HtmxEventDetail>).detail.ctx?.sourceElement;
    source?.classList.remove('is-stale');
    notice('');
  }

  #on_failed(event: Event): void {
    const source = (event as CustomEvent<HtmxEventDetail>).detail.ctx?.sourceElement;
    if (source?.matches('a, form')) notice('The server does not answer. Look at your network and try again.');
    else source?.classList.add('is-stale');
  }
}

let notice_ends: ReturnType<typeof setTimeout> | undefined;

/** One sentence at the foot of the window, for `ms` or until another; empty words take it away. */
export function notice(words: string, ms?: number): void {
  const element = document.getElementById('notice');
  if (!element) return;
  clearTimeout(notice_ends);
  element.textContent = words;
  element.hidden = words === '';
  if (ms !== undefined) notice_ends = setTimeout(() => notice(''), ms);
}
