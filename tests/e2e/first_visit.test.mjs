// What a first visit to a room leaves out, and brings when it is needed: HTMX and the styles of other pages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_each_browser } from './support/each.mjs';
import { in_the_world } from './support/world.mjs';

const room = '/rooms/plaza0000000';

/** In the page: names of what was loaded, without their hashes. */
function loaded() {
  const files = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
  return files.map((file) => file.replace(/^.*\//, '').replace(/-[\w-]{8}\./, '.'));
}

/** In the page: marks the document, which a page that is loaded whole would not have. */
function mark() {
  globalThis.same_document = true;
}

const same_document = (page) => page.evaluate(() => globalThis.same_document === true);

const shows = (page, wanted) =>
  page.wait_for(
    `the page ${wanted}`,
    (name) => document.querySelector('main')?.dataset.page === name,
    wanted,
  );

function what_does_not_arrive(stage) {
  for (const missing of ['htmx', 'main-[^/]*css']) {
    test(`without ${missing} links and forms load pages whole`, async () => {
      const page = await stage.open(`${room}/watch`);
      await page.page.route(new RegExp(`/assets/${missing}`), (route) => route.abort());
      await in_the_world(page, 'watching');
      await page.evaluate(mark);
      await page.click('[data-testid="play"]');
      await in_the_world(page);
      assert.equal(await same_document(page), false);
      assert.match(page.problems.take().join('\n'), /pages are loaded whole/);
      await page.evaluate(mark);
      await page.click('.top-links a[href="/rooms/new"]');
      await shows(page, 'new-room');
      assert.equal(await same_document(page), false);
    });
  }
}

/** Names of the modules that come from now on, without their hashes; the Worker asks for them. */
function modules_of(page) {
  const names = new Set();
  page.page.on('request', (request) => {
    const [, name] = /\/assets\/(.*)-[\w-]{8}\.wasm$/.exec(request.url()) ?? [];
    if (name) names.add(name);
  });
  return names;
}

function what_modules_come(stage) {
  test('who plays has the module that only plays; who watches the whole one, and plays with that', async () => {
    const page = await stage.open(room);
    const played = modules_of(page);
    await page.page.reload();
    await page.click('[data-testid="play"]');
    await in_the_world(page);
    assert.deepEqual([...played], ['plaza.play']);
    const other = await stage.open(`${room}/watch`);
    const watched = modules_of(other);
    await other.page.reload();
    await in_the_world(other, 'watching');
    await other.click('[data-testid="play"]');
    await in_the_world(other);
    assert.deepEqual([...watched], ['plaza']);
  });
}

in_each_browser('a first visit', (stage) => {
  test('who plays has neither HTMX nor the styles of other pages', async () => {
    const page = await stage.open(room);
    await page.click('[data-testid="play"]');
    await in_the_world(page);
    const files = await page.evaluate(loaded);
    assert.ok(files.includes('room_page.css'), files.join(' '));
    assert.deepEqual(
      files.filter((file) => /^(htmx.*|main\.css)$/.test(file)),
      [],
    );
    assert.deepEqual(page.problems.take(), []);
  });

  test('a link brings HTMX and the styles, and swaps; so does the way back', async () => {
    const page = await stage.open(room);
    await page.connected();
    await page.evaluate(mark);
    await page.click('.room-back');
    await shows(page, 'lobby');
    const files = await page.evaluate(loaded);
    assert.ok(files.includes('main.css'), files.join(' '));
    // Only its own styles make the lobby's heading that large.
    const heading = await page.evaluate(() => getComputedStyle(document.querySelector('.hero h1')).fontSize);
    const fresh = await stage.open('/');
    assert.equal(
      heading,
      await fresh.evaluate(() => getComputedStyle(document.querySelector('.hero h1')).fontSize),
    );
    await page.evaluate(() => history.back());
    await shows(page, 'room');
    await page.evaluate(() => history.forward());
    await shows(page, 'lobby');
    assert.equal(await same_document(page), true);
    assert.equal((await page.connected()).connections, 1);
    assert.deepEqual(page.problems.take(), []);
  });

  test('a form is sent by HTMX that it brings itself', async () => {
    const page = await stage.open(`${room}/watch`);
    await in_the_world(page, 'watching');
    await page.evaluate(mark);
    await page.click('[data-testid="play"]');
    await in_the_world(page);
    assert.equal(await same_document(page), true);
    assert.deepEqual(page.problems.take(), []);
  });

  test('the way back works after loading a page anew', async () => {
    const page = await stage.open('/');
    await page.connected();
    await page.click('[data-testid="play"]');
    await in_the_world(page);
    await page.page.reload();
    await in_the_world(page);
    await page.evaluate(() => history.back());
    await shows(page, 'lobby');
    assert.deepEqual(page.problems.take(), []);
  });
  // Only Playwright withholds a file, and sees what a Worker asks for.
  if (stage.name === 'chromium') {
    what_does_not_arrive(stage);
    what_modules_come(stage);
  }
});
