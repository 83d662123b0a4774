// The stand of a room: the player under the picture, what to watch next, and the words for how late one is.
// For pages of who watches a room; what is shown of the room comes from room/room_view.ts.
import type { ConnectionClient } from '../page/connection_client.ts';
import type { RoomView } from '../room/room_view.ts';
import { people_in_order } from '../room/room_view.ts';
import { Player } from './player.ts';
import { UpNext } from './up_next.ts';

export class Stand {
  readonly #player: Player;
  readonly #up_next: UpNext;

  constructor(main: HTMLElement, client: ConnectionClient) {
    const part = (selector: string) => {
      const found = main.querySelector<HTMLElement>(selector);
      if (!found) throw new Error(`the page of who watches has no ${selector}`);
      return found;
    };
    this.#player = new Player(
      {
        bar: part('[data-player]'),
        picture: part('[data-stage]'),
        screen: main,
        chip: main.querySelector('[data-late]'),
      },
      client,
    );
    this.#up_next = new UpNext(main.dataset.room ?? '', main.dataset.game ?? null);
    part('.stage').append(this.#up_next.element);
  }

  show(view: RoomView): void {
    this.#player.set_people(people_in_order(view), view.match?.event_kinds ?? []);
  }

  stop(): void {
    this.#player.stop();
    this.#up_next.stop();
  }
}
