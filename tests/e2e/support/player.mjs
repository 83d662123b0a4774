// The player of a match, as tests use it and see what it shows.
import assert from 'node:assert/strict';
import { common_hashes } from './world.mjs';

export const stats = (page) => page.evaluate(() => globalThis.grandstand.stats());
export const state_of = (page) => page.evaluate(() => document.querySelector('[data-player]').dataset.state);

/** The moment that the player itself says it shows. */
export const shown = (page) =>
  page.evaluate(() => Number(document.querySelector('[data-player]').dataset.shown));

/** Until there is so much of a match that it can be gone back in. */
export function has_length(page, seconds) {
  const is_long = (wanted) => {
    const line = document.querySelector('[data-testid="timeline"]');
    return Number(line?.getAttribute('aria-valuemax')) >= wanted;
  };
  return page.wait_for(`${seconds} s of a match`, is_long, seconds, 60_000);
}

export async function click_timeline(page, share) {
  const { x, y, width, height } = await page.evaluate(() => {
    const box = document.querySelector('[data-testid="timeline"]').getBoundingClientRect();
    return { x: box.x, y: box.y, width: box.width, height: box.height };
  });
  await page.page.mouse.click(x + share * width, y + height / 2);
}

export async function is_live_again(page) {
  const before = await shown(page);
  await page.click('[data-testid="live"]');
  await page.wait_for('the newest', () => document.querySelector('[data-player]').dataset.state === 'live');
  await page.wait_for('a newer picture', (old) => globalThis.grandstand.stats().tick > old + 60, before);
}

export async function same_states(pages) {
  const { tick, hashes } = await common_hashes(pages);
  assert.equal(new Set(hashes).size, 1, `${hashes} at ${tick}`);
}
