// Pictures on the tickets of matches: drawn by the game in the Worker when somebody sees the ticket, one at a
// time, put on a canvas here. A match that cannot be drawn has none.
import type { ConnectionClient } from '../page/connection_client.ts';
import { make } from '../page/make.ts';
import { make_canvas2d_renderer } from '../render/canvas2d_renderer.ts';

const ratio_max = 2;
/** Of who scrolls on, the tickets just below are drawn already. */
const ahead = '200px';

export class StillPictures {
  readonly #client: ConnectionClient;
  readonly #observer: IntersectionObserver;
  readonly #seen = new Set<HTMLElement>();
  #is_drawing = false;
  #is_over = false;

  constructor(places: Iterable<HTMLElement>, client: ConnectionClient) {
    this.#client = client;
    this.#observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) this.#seen.add(target as HTMLElement);
          else this.#seen.delete(target as HTMLElement);
        }
        void this.#draw_next();
      },
      { rootMargin: ahead },
    );
    for (const place of places) this.#observer.observe(place);
  }

  stop(): void {
    this.#is_over = true;
    this.#observer.disconnect();
  }

  async #draw_next(): Promise<void> {
    const [place] = this.#seen;
    if (!place || this.#is_drawing || this.#is_over) return;
    this.#is_drawing = true;
    this.#seen.delete(place);
    this.#observer.unobserve(place);
    try {
      await this.#draw(place);
    } catch {
      place.dataset.still = 'none';
    }
    this.#is_drawing = false;
    void this.#draw_next();
  }

  async #draw(place: HTMLElement): Promise<void> {
    const { clientWidth, clientHeight } = place;
    const still = await this.#client.still(
      place.dataset.match ?? '',
      clientWidth / Math.max(clientHeight, 1),
    );
    const canvas = make('canvas');
    const renderer = make_canvas2d_renderer(canvas);
    const ratio = Math.min(devicePixelRatio, ratio_max);
    renderer?.resize(Math.round(clientWidth * ratio), Math.round(clientHeight * ratio));
    renderer?.draw({ ...still, items: new Uint8Array(still.items) });
    place.append(canvas);
    place.dataset.still = 'drawn';
  }
}
