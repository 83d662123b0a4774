// Where to look next: the best other match that is being played, as a link. Asks now and then, and only while
// somebody sees the page.
import { make, write } from '../page/make.ts';
import type { Room } from '../worker/messages.ts';

const ask_every_ms = 20_000;

/** People who look are the best sign; then people who play. The same game is nearer than another one. */
export function best_other(rooms: readonly Room[], here: string, game: string | null): Room | null {
  const worth = (room: Room) => 2 * room.viewers + room.players + (room.game === game ? 3 : 0);
  const others = rooms.filter(({ id, phase, players }) => id !== here && phase === 'playing' && players > 0);
  return others.reduce<Room | null>((best, room) => (!best || worth(room) > worth(best) ? room : best), null);
}

export class UpNext {
  readonly element = make('a', 'up-next');
  readonly #here: string;
  readonly #game: string | null;
  readonly #name = make('b', 'up-next-name');
  readonly #about = make('span', 'up-next-about');
  readonly #over = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(here: string, game: string | null) {
    this.#here = here;
    this.#game = game;
    this.element.hidden = true;
    this.element.dataset.testid = 'up-next';
    this.element.append(make('span', 'up-next-title', 'Up next'), this.#name, this.#about);
    this.#timer = setInterval(() => this.#ask(), ask_every_ms);
    void this.#ask();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#over.abort();
    this.element.remove();
  }

  async #ask(): Promise<void> {
    if (document.visibilityState !== 'visible') return;
    try {
      const answer = await fetch('/api/v1/rooms', { signal: this.#over.signal });
      if (!answer.ok) return;
      const { rooms } = (await answer.json()) as { rooms: Room[] };
      this.#show(best_other(rooms, this.#here, this.#game));
    } catch {
      // The next time, perhaps; what is shown stays true enough.
    }
  }

  #show(room: Room | null): void {
    this.element.hidden = room === null;
    if (!room) return;
    this.element.href = `/rooms/${encodeURIComponent(room.id)}/watch`;
    write(this.#name, room.name);
    const here = room.viewers === 1 ? '1 here' : `${room.viewers} here`;
    write(this.#about, `${room.players} playing · ${here}`);
  }
}
