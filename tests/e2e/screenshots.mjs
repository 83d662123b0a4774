// Pictures of every page at three widths in both schemes, into build/screenshots/, for looking at them.
// E2E_URL takes them from a server that runs already.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './support/browsers.mjs';
import { make_room } from './support/match.mjs';
import { Server } from './support/server.mjs';

const folder = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));
const widths = (process.env.E2E_WIDTHS ?? '360,800,1600').split(',').map(Number);
const schemes = ['light', 'dark'];

/** Paths, or what to do in a fresh page to get there. */
const pages = {
  lobby: '/',
  asking: in_the_first_room(''),
  playing: in_the_first_room('?play=1'),
  watching: in_the_first_room('/watch'),
  match_waiting: in_a_match('pong', false),
  match_playing: in_a_match('arena', true),
  replays: '/replays',
  replay: in_the_first_replay,
  new_room: '/rooms/new',
  echo: '/echo',
  error: '/rooms/nowhere',
};

/** The lobby's first room, if there is one; `rest` follows its address. */
function in_the_first_room(rest) {
  return async (page, url) => {
    const answer = await fetch(`${url}/api/v1/rooms`);
    const room = answer.ok ? (await answer.json()).rooms[0] : undefined;
    if (!room) return false;
    await page.goto(`${url}/rooms/${room.id}${rest}`);
    return true;
  };
}

/** Of a server that has one. */
async function in_the_first_replay(page, url) {
  const answer = await fetch(`${url}/api/v1/replays`);
  const replay = answer.ok ? (await answer.json()).replays[0] : undefined;
  if (!replay) return false;
  await page.goto(`${url}/replays/${replay.id}?t=10`);
  await page.wait_for('the replay', () => document.querySelectorAll('[data-state="running"]').length);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return true;
}

/** A room of one's own; `computers`: they play in it, too. */
function in_a_match(game, computers) {
  return async (page, url) => {
    await page.goto(url);
    await page.connected();
    const room = await make_room(page, game);
    await page.goto(`${url}/rooms/${room}?play=1`);
    await page.wait_for('who may start', () => document.querySelector('[data-testid="computers"]'));
    if (!computers) return true;
    await page.click('[data-testid="computers"]');
    await page.wait_for('a match', () => document.querySelector('.hud[data-phase="playing"]'));
    await new Promise((resolve) => setTimeout(resolve, 6000));
    return true;
  };
}

async function settle(page, name) {
  await page.connected();
  if (name === 'lobby') {
    await page.wait_for('a seat', () => document.querySelectorAll('#taken-seats use').length > 0);
  }
  if (name === 'playing' || name === 'watching' || name === 'lobby') {
    await page.wait_for('the picture', () =>
      document.querySelector('[data-game="running"], .hero-live:not([data-live-room])'),
    );
    await new Promise((resolve) => setTimeout(resolve, 800));
  }
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
        if (typeof path === 'string') await page.goto(url + path);
        else if (!(await path(page, url))) {
          await page.close();
          continue;
        }
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
