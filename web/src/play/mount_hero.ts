// The lobby's live picture: while an element with `data-live-room` is on the screen, the visit watches that
// room and draws it there. Stops when nobody sees it; a still picture now and then for who wants no motion.
import type { ConnectionClient } from '../page/connection_client.ts';
import { Picture } from './picture.ts';

/** Scrolling past does not leave and enter the room all the time. */
const leave_after_ms = 2000;

export function mount_hero(place: HTMLElement, client: ConnectionClient): () => void {
  const room = place.dataset.liveRoom;
  if (!room) return () => {};
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const picture = new Picture(place, client, { pace: calm ? 'slow' : 'smooth', label: 'A room, live' });
  let is_watching = false;
  let on_screen = false;
  let leaving: ReturnType<typeof setTimeout> | undefined;

  const follow = () => {
    const seen = on_screen && document.visibilityState === 'visible';
    clearTimeout(leaving);
    picture.show(seen);
    if (seen && !is_watching) {
      is_watching = true;
      client.enter({ room, role: 'preview', resume: null, invite: null });
    } else if (!seen && is_watching) {
      leaving = setTimeout(() => {
        is_watching = false;
        client.leave();
      }, leave_after_ms);
    }
  };

  const observer = new IntersectionObserver((entries) => {
    on_screen = entries.at(-1)?.isIntersecting ?? false;
    follow();
  });
  observer.observe(place);
  const over = new AbortController();
  document.addEventListener('visibilitychange', follow, { signal: over.signal });
  const stop_listening = client.on('game', ({ state }) => {
    place.dataset.game = state;
  });
  return () => {
    stop_listening();
    over.abort();
    observer.disconnect();
    clearTimeout(leaving);
    if (is_watching) client.leave();
    picture.stop();
  };
}
