import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { game_modules } from './tools/game_modules.ts';
import { precompress } from './tools/precompress.ts';

// The server that Vite's development server stands in front of.
const server = process.env.GRANDSTAND_DEV_SERVER ?? 'http://localhost:8080';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  appType: 'custom',
  plugins: [game_modules(fileURLToPath(new URL('../build/wasm/games', import.meta.url))), precompress()],
  build: {
    outDir: fileURLToPath(new URL('../build/web', import.meta.url)),
    emptyOutDir: true,
    manifest: 'manifest.json',
    // Everything is a file of its own: the Content-Security-Policy allows no data: URLs.
    assetsInlineLimit: 0,
    target: ['chrome123', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Small things that several pages have: one file of them is smaller than a file for each.
            {
              name: 'shared',
              test: /src\/(play\/(picture|bindings)|page\/(armed_button|make|nickname)|chat\/said_row|room\/room_view|player\/time_words)\.ts$/,
            },
          ],
        },
      },
      input: ['src/main.ts', 'src/styles/main.css', 'src/styles/room_page.css', 'src/styles/echo.css'],
    },
  },
  worker: { format: 'es' },
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    // Under a name of its own, so that the proxy leaves it alone.
    hmr: { path: '@hot' },
    proxy: {
      // All but Vite's own modules belongs to the server. It sees the Host that the browser sees.
      '^/(?!@|src/|node_modules/|tools/).*': { target: server, ws: true, changeOrigin: false },
    },
  },
});
