// A Vite plugin: the games' WebAssembly becomes part of the site, of each game the whole module and the one
// that only plays. Building copies them into assets/ under names with their hashes and writes games.json,
// which the server reads; developing serves the newest build and tells the page when one has changed.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Plugin } from 'vite';

/** Long enough that no two builds meet, as the names of Vite's own files. */
const hash_letters = 8;

/** Where the development server has them; not under a name that goes to the game server. */
const dev_path = '/@games/';

/** A linker writes its file in pieces. */
const settled_after_ms = 150;

export interface BuiltModule {
  file: string;
  bytes: number;
  sha256: string;
}

const play_ending = '.play';

/** How a module is called in the site, and what games.json says of it. */
export function built_module(name: string, content: Uint8Array): BuiltModule {
  const digest = createHash('sha256').update(content).digest();
  const mark = digest.toString('base64url').slice(0, hash_letters);
  return {
    file: `assets/${name}-${mark}.wasm`,
    bytes: content.length,
    sha256: digest.toString('hex'),
  };
}

async function games_in(folder: string): Promise<string[]> {
  const entries = existsSync(folder) ? await readdir(folder) : [];
  const names = entries.filter((entry) => entry.endsWith('.wasm')).map((entry) => basename(entry, '.wasm'));
  return names.filter((name) => !name.endsWith(play_ending));
}

/** While developing: where both modules of a game are, under names that are new with each build. */
export function dev_urls(game: string, built_ms: number): { url: string; play_url: string } {
  const url_of = (name: string) => `${dev_path}${name}.wasm?built=${Math.round(built_ms)}`;
  return { url: url_of(game), play_url: url_of(game + play_ending) };
}

/** `folder` is where the preset wasm leaves <game>.wasm and <game>.play.wasm. */
export function game_modules(folder: string): Plugin {
  let out = '';
  let is_build = false;
  return {
    name: 'grandstand:game-modules',
    configResolved(config) {
      out = config.build.outDir;
      is_build = config.command === 'build';
    },
    // Before precompress, which comes after it in the list.
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        // The development server ends with it, too.
        if (!is_build) return;
        const modules: Record<string, BuiltModule & { play: BuiltModule }> = {};
        await mkdir(join(out, 'assets'), { recursive: true });
        const add = async (name: string) => {
          const content = await readFile(join(folder, `${name}.wasm`));
          const built = built_module(name, content);
          await writeFile(join(out, built.file), content);
          return built;
        };
        for (const game of (await games_in(folder)).sort()) {
          modules[game] = { ...(await add(game)), play: await add(game + play_ending) };
        }
        await writeFile(join(out, 'games.json'), `${JSON.stringify(modules, null, 2)}\n`);
      },
    },
    configureServer(server) {
      server.middlewares.use(dev_path, async (request, response) => {
        const name = basename((request.url ?? '').split('?')[0] ?? '', '.wasm');
        const file = join(folder, `${name}.wasm`);
        if (!/^[a-z0-9_]+(\.play)?$/.test(name) || !existsSync(file)) {
          response.statusCode = 404;
          response.end();
          return;
        }
        response.setHeader('Content-Type', 'application/wasm');
        response.setHeader('Cache-Control', 'no-store');
        response.end(await readFile(file));
      });
      const waiting = new Map<string, ReturnType<typeof setTimeout>>();
      server.watcher.add(folder);
      server.watcher.on('all', (_event, path) => {
        if (!path.startsWith(folder) || !path.endsWith('.wasm')) return;
        const game = basename(path, '.wasm').replace(play_ending, '');
        clearTimeout(waiting.get(game));
        const tell = async () => {
          const facts = await stat(path).catch(() => null);
          if (facts) server.ws.send('grandstand:game', { game, module: dev_urls(game, facts.mtimeMs) });
        };
        waiting.set(game, setTimeout(tell, settled_after_ms));
      });
    },
  };
}
