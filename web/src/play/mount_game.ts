// The running game inside a page: canvas, hands, net overlay. Who enters the room is the page around it
// (page/room_page.ts); this shows whatever room the visit is in.
//
// What the page may offer: elements with `data-press="action_1"` … are buttons of the game, and
// `data-action="net-overlay"` opens the overlay. `place` gets `data-game` = none, loading, running or failed,
// and has to have a size and a position of its own.
import type { ConnectionClient } from '../page/connection_client.ts';
import { read_stored } from '../page/storage.ts';
import type { GameNews } from '../worker/messages.ts';
import { HandsCapture } from './hands.ts';
import { NetOverlay, overlay_open_key } from './net_overlay.ts';
import { Picture } from './picture.ts';

/** Starts; the result ends it and takes everything away that was put into `place`. */
export function mount_game(place: HTMLElement, client: ConnectionClient): () => void {
  const picture = new Picture(place, client, { pace: 'smooth', label: 'The running game' });
  const hands = new HandsCapture(place, client);
  const overlay = new NetOverlay(place, client, read_stored('session', overlay_open_key) === 'open');
  const show = (news: GameNews) => {
    place.dataset.game = news.state;
  };
  show(client.game);
  const stop_listening = client.on('game', show);
  return () => {
    stop_listening();
    overlay.stop();
    hands.stop();
    picture.stop();
  };
}
