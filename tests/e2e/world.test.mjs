// The world: browsers of two makers in one plaza, over both transports, really moving, with equal states.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { in_both_browsers, in_each_browser, transports } from './support/each.mjs';
import {
  common_hashes,
  hold_key,
  in_the_world,
  people_of,
  picture_layout,
  record_pictures,
  seat_of,
} from './support/world.mjs';

const recording = { init: [record_pictures, picture_layout] };

/** Far enough that no animation of somebody who stands is taken for it. */
const a_step = 0.5;

const distance = ([x, y], [other_x, other_y]) => Math.hypot(x - other_x, y - other_y);

/** From the lobby into the plaza, with one click. */
async function walk_in(page) {
  await page.connected();
  await page.click('[data-testid="play"]');
  return in_the_world(page);
}

function together(stage) {
  test('two over WebTransport and one on WebSocket see each other move, and have equal states', async () => {
    const pages = [
      await stage.open('chromium', '/?transport=webtransport'),
      await stage.open('firefox', '/?transport=webtransport&renderer=canvas2d'),
      await stage.open('chromium', '/?transport=websocket&renderer=canvas2d'),
    ];
    for (const page of pages) await walk_in(page);
    const stats = await Promise.all(pages.map((page) => page.evaluate(() => grandstand.stats())));
    assert.deepEqual(
      stats.map(({ transport }) => transport),
      ['webtransport', 'webtransport', 'websocket'],
    );
    assert.equal(new Set(stats.map(({ room }) => room)).size, 1, 'one room');
    assert.equal(new Set(stats.map(({ seat }) => seat)).size, 3, 'three seats');
    const watchers = pages.slice(1);
    for (const [index, mover] of pages.entries()) {
      const seat = stats[index].seat;
      const from = await Promise.all(watchers.map((page) => page.wait_for('them', seat_of, seat)));
      await hold_key(mover, 'KeyW', 700);
      for (const [watcher, page] of watchers.entries()) {
        await page.wait_for(
          `seat ${seat} to have moved, as watcher ${watcher} sees it`,
          ([of, [x, y], far]) => {
            const at = globalThis.seen_pictures.people[of];
            return at && Math.hypot(at[0] - x, at[1] - y) > far;
          },
          [seat, from[watcher], a_step],
        );
      }
    }
    const { tick, hashes } = await common_hashes(pages);
    assert.equal(new Set(hashes).size, 1, `hashes at ${tick}: ${hashes}`);
    assert.match(hashes[0], /^[0-9a-f]{16}$/);
    for (const page of pages) {
      assert.equal(await page.evaluate(() => grandstand.stats().desyncs), 0);
      assert.deepEqual(page.problems.take(), []);
    }
  });
}

function by_link(stage) {
  test('somebody with a link is in with two clicks', async () => {
    const host = await stage.open('chromium', '/rooms/new');
    await host.connected();
    await host.click('form [type="submit"]');
    await in_the_world(host);
    const link = await host.evaluate(() => document.querySelector('[data-invite-url]').value);
    // The first click is the one on the link.
    const guest = await stage.open('firefox', new URL(link).pathname + new URL(link).search);
    await guest.click('[data-testid="play"]');
    const [one, other] = [await in_the_world(host), await in_the_world(guest)];
    assert.equal(other.room, one.room);
    assert.notEqual(other.seat, one.seat);
    const { hashes } = await common_hashes([host, guest]);
    assert.equal(hashes[0], hashes[1]);
  });
}

in_both_browsers('in one plaza', recording, (stage) => {
  together(stage);
  by_link(stage);
});

function returning(stage) {
  for (const transport of transports) {
    test(`${transport}: a page that is loaded anew has its seat again`, async () => {
      const page = await stage.open(`/?transport=${transport}&renderer=canvas2d`, recording);
      const { seat, room } = await walk_in(page);
      await hold_key(page, 'KeyD', 600);
      // Slower than half of what one tick of walking is: standing.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const before = (await people_of(page))[seat];
      await page.page.reload();
      const again = await in_the_world(page);
      assert.equal(again.room, room);
      assert.equal(again.seat, seat);
      const at = await page.wait_for('oneself', seat_of, seat);
      assert.ok(distance(before, at) < a_step, 'still where they stood');
    });

    test(`${transport}: the seat is there again after the connection was lost`, async () => {
      const page = await stage.open(`/?transport=${transport}`);
      const { seat } = await walk_in(page);
      await page.evaluate(() => grandstand.echo.reconnect());
      await page.wait_for('another connection', () => grandstand.stats().connections === 2);
      const again = await in_the_world(page);
      assert.equal(again.seat, seat);
    });
  }
}

function seeing(stage) {
  test('a press between two ticks arrives', async () => {
    const page = await stage.open('/?renderer=canvas2d', recording);
    await walk_in(page);
    assert.equal(await page.evaluate(() => globalThis.seen_pictures.hearts), 0);
    // Down and up within one task: no tick is in between.
    await page.evaluate(() => {
      const key = { code: 'Digit2', key: '2', bubbles: true };
      document.body.dispatchEvent(new KeyboardEvent('keydown', key));
      document.body.dispatchEvent(new KeyboardEvent('keyup', key));
    });
    await page.wait_for('the heart', () => globalThis.seen_pictures.hearts > 0);
  });

  test('the picture changes, whoever draws it', async () => {
    // Without a graphics card the page draws; asked for, WebGL2 draws without one, where there is any.
    const asked = stage.name === 'chromium' ? ['auto', 'canvas2d', 'webgl2'] : ['auto', 'canvas2d'];
    for (const renderer of asked) {
      const page = await stage.open(`/?renderer=${renderer}`);
      await walk_in(page);
      await page.wait_for(
        `the renderer for ${renderer}`,
        (wanted) => grandstand.stats().renderer === wanted,
        renderer === 'webgl2' ? 'webgl2' : 'canvas2d',
      );
      const canvas = await page.page.$('[data-testid="canvas"]');
      const first = await canvas.screenshot();
      await hold_key(page, 'KeyA', 500);
      const second = await canvas.screenshot();
      assert.notDeepEqual(Buffer.from(first), Buffer.from(second));
      // The driver's remarks on screenshots.
      assert.deepEqual(page.problems.take(/GPU stall due to ReadPixels/), []);
      await page.goto('about:blank');
    }
  });

  test('F3 shows what the network does', async () => {
    const page = await stage.open('/');
    await walk_in(page);
    const overlay = '[data-testid="net-overlay"]';
    assert.equal(await page.evaluate((panel) => document.querySelector(panel).hidden, overlay), true);
    await page.page.keyboard.press('F3');
    const words = await page.wait_for(
      'words',
      (panel) => {
        const shown = document.querySelector(panel);
        return !shown.hidden && /confirmed\d+/.test(shown.textContent) && shown.textContent;
      },
      overlay,
    );
    assert.match(words, /Web(Transport|Socket)/);
    await page.page.keyboard.press('F3');
    assert.equal(await page.evaluate((panel) => document.querySelector(panel).hidden, overlay), true);
  });
}

in_each_browser('the world', (stage) => {
  returning(stage);
  seeing(stage);
});
