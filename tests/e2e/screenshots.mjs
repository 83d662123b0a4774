// Pictures of every page at three widths in both schemes, into build/screenshots/, for looking at them.
// E2E_URL takes them from a server that runs already.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './support/browsers.mjs';
import { Server } from './support/server.mjs';

const folder = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));
const widths = (process.env.E2E_WIDTHS ?? '360,800,1600').split(',').map(Number);
const schemes = ['light', 'dark'];
const pages = { home: '/', echo: '/echo', error: '/rooms/nowhere' };

async function settle(page, name) {
  await page.connected();
  if (name === 'home')
    await page.wait_for('a seat', () => document.querySelectorAll('#taken-seats use').length > 0);
  if (name !== 'echo') return;
  await page.wait_for('the verdict', () => document.querySelector('.verdict')?.dataset.tone !== 'wait');
  for (const action of ['message', 'transfer', 'datagrams']) {
    await page.click(`[data-action="${action}"]`);
    await page.wait_for(
      `the load ${action}`,
      (kind) => document.querySelector(`[data-result="${kind}"][data-state="done"]`),
      action,
    );
  }
  await new Promise((resolve) => setTimeout(resolve, 4000));
}

const server = process.env.E2E_URL ? null : await Server.start();
const url = process.env.E2E_URL ?? server.url;
const browser = await launch('chromium');
await mkdir(folder, { recursive: true });
try {
  for (const colorScheme of schemes) {
    for (const width of widths) {
      for (const [name, path] of Object.entries(pages)) {
        const page = await browser.new_page({
          colorScheme,
          viewport: { width, height: width < 500 ? 740 : 900 },
        });
        await page.goto(url + path);
        await settle(page, name);
        const file = join(folder, `${name}-${width}-${colorScheme}.png`);
        await page.page.screenshot({ path: file, fullPage: true });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        console.log(`${file}${wide ? '  SCROLLS SIDEWAYS' : ''}`);
        await page.close();
      }
    }
  }
} finally {
  await browser.close();
  await server?.stop();
}
