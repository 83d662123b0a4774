// The page's entry. Starts the Worker that holds the connection, then what every page shows of it. HTMX swaps
// <main>; this script, the Worker and the header stay. HTMX comes with the lobby, or when it is needed.
import { ConnectionClient } from './page/connection_client.ts';
import { publish } from './page/global.ts';
import { bring_htmx_on_demand } from './page/htmx_on_demand.ts';
import { lazily, Navigation, notice } from './page/navigation.ts';
import { show_signal } from './page/signal.ts';
import { whole_style } from './page/whole_style.ts';

const worker = new Worker(new URL('./worker/connection_worker.ts', import.meta.url), { type: 'module' });
const client = new ConnectionClient(worker);
publish(client);
show_signal(client);
client.on('room', (news) => {
  if (news.type === 'notice') notice(news.words, 6000);
});
bring_htmx_on_demand(async () => {
  // First, because HTMX starts by itself, and would swap in pages that have no styles.
  await whole_style();
  const { default: htmx } = await import('htmx.org');
  htmx.process(document.body);
});
new Navigation({
  lobby: lazily(() =>
    import('./lobby/lobby_page.ts').then(
      ({ mount_lobby }) =>
        (main) =>
          mount_lobby(main, client),
    ),
  ),
  room: lazily(() =>
    import('./room/room_page.ts').then(
      ({ mount_room }) =>
        (main) =>
          mount_room(main, client),
    ),
  ),
  replay: lazily(() =>
    import('./replay/replay_page.ts').then(
      ({ mount_replay }) =>
        (main) =>
          mount_replay(main, client),
    ),
  ),
  replays: lazily(() =>
    import('./replay/replays_page.ts').then(
      ({ mount_replays }) =>
        (main) =>
          mount_replays(main, client),
    ),
  ),
  echo: lazily(() =>
    import('./echo/echo_page.ts').then(
      ({ mount_echo }) =>
        (main) =>
          mount_echo(main, client),
    ),
  ),
});

// While developing: a game was built anew, and the running one is swapped.
import.meta.hot?.on('grandstand:game', ({ game, module }) => client.module_changed(game, module));
