// What tests say in a room, and what the page shows of it.

/** Types it and sends it with Enter, as people do. */
export async function say(page, words) {
  await page.page.focus('#chat-text');
  await page.page.keyboard.type(words);
  await page.page.keyboard.press('Enter');
}

/** Texts of the log, as the page shows them. */
export const log_of = (page) =>
  page.evaluate(() => [...document.querySelectorAll('.said-text')].map(({ textContent }) => textContent));

export const hears = (page, words, within_ms) =>
  page.wait_for(
    `the words "${words}"`,
    (wanted) =>
      [...document.querySelectorAll('.said-text')].some(({ textContent }) => textContent === wanted),
    words,
    within_ms,
  );
