// The running game inside a page: canvas, hands, net overlay. Who enters the room is the page around it
// (room/room_page.ts); this shows whatever room the visit is in.
//
// What the page may offer: elements with `data-press="action_1"` … are buttons of the game, and
// `data-action="net-overlay"` opens the overlay; `data-module` around the place is where the game will come
// from. `place` gets `data-game` = none, loading, running or failed; its size and position are the page's. A
// page that is not of the server's version loads itself anew, once.
import type { ConnectionClient } from '../page/connection_client.ts';
import { read_stored } from '../page/storage.ts';
import type { GameNews } from '../worker/messages.ts';
import { HandsCapture } from './hands.ts';
import { may_load_anew } from './load_anew.ts';
import { NetOverlay, overlay_open_key } from './net_overlay.ts';
import { Picture } from './picture.ts';

/**
 * Starts; the result ends it and takes everything away that was put into `place`. Who `watches` has no hands
 * in the game.
 */
export function mount_game(
  place: HTMLElement,
  client: ConnectionClient,
  who: 'plays' | 'watches',
): () => void {
  place.classList.add('game-place');
  const module_url = place.closest<HTMLElement>('[data-module]')?.dataset.module;
  if (module_url) client.prepare_game(module_url);
  const picture = new Picture(place, client, { pace: 'smooth', label: 'The running game' });
  const hands = who === 'plays' ? new HandsCapture(place, client) : null;
  const overlay = new NetOverlay(place, client, read_stored('session', overlay_open_key) === 'open');
  const failure = new_failure();
  place.append(failure);
  const show = (news: GameNews) => {
    place.dataset.game = news.state;
    failure.hidden = news.state !== 'failed';
    if (news.state === 'failed') tell_failure(failure, news);
  };
  show(client.game);
  const stop_listening = client.on('game', show);
  return () => {
    place.classList.remove('game-place');
    stop_listening();
    failure.remove();
    overlay.stop();
    hands?.stop();
    picture.stop();
  };
}

function tell_failure(failure: HTMLElement, news: Extract<GameNews, { state: 'failed' }>): void {
  const words = failure.querySelector('p');
  const loads_anew = news.other_version !== null && may_load_anew(news.other_version);
  if (words) {
    words.textContent = loads_anew
      ? 'The server has another version of this game now: the page loads anew.'
      : `The game could not be loaded: ${news.words}.`;
  }
  if (loads_anew) location.reload();
}

/** For what only a new page mends: a module that is not there any more, or of another version. */
function new_failure(): HTMLElement {
  const failure = document.createElement('div');
  failure.className = 'game-failure';
  failure.setAttribute('role', 'alert');
  failure.hidden = true;
  const again = document.createElement('button');
  again.type = 'button';
  again.className = 'button';
  again.textContent = 'Load the page anew';
  again.addEventListener('click', () => location.reload());
  failure.append(document.createElement('p'), again);
  return failure;
}
