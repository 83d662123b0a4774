// The page's entry. Starts the Worker that holds the connection, then what every page shows of it. HTMX swaps
// <main>; this script, the Worker and the header stay.
import 'htmx.org';
import { mount_echo } from './echo/echo_page.ts';
import { ConnectionClient } from './page/connection_client.ts';
import { publish } from './page/global.ts';
import { Navigation } from './page/navigation.ts';
import { show_signal } from './page/signal.ts';

const worker = new Worker(new URL('./worker/connection_worker.ts', import.meta.url), { type: 'module' });
const client = new ConnectionClient(worker);
publish(client);
show_signal(client);
new Navigation({ echo: (main) => mount_echo(main, client) });

// While developing: a game was built anew, and the running one is swapped.
import.meta.hot?.on('grandstand:game', ({ url }: { url: string }) => client.module_changed(url));
