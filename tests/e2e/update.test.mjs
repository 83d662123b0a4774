// A server that is updated while people play: pages of the version before load themselves anew, once, and who
// plays goes on playing. What no new page mends is told in words, with a button.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { in_each_browser } from './support/each.mjs';
import { change_constant, other_site } from './support/other_site.mjs';
import { in_the_world } from './support/world.mjs';

/** Nobody's interface and rules. */
const other_interface = 1;
const other_rules = 60;

/** Folders of pages; the server's own are `newest`. */
const sites = {};
const flags_of = { newest: [] };

before(async () => {
  // The page of this version and its modules understand each other, and nobody else.
  const check = /!==(\d+)(\)throw new \w+\(`interface \$\{\w+\} instead of )\1`/g;
  let checks = 0;
  sites.older = await other_site('older', {
    change_module: (wasm) => change_constant(wasm, 'gs_abi_version', other_interface),
    change_script: (text) =>
      text.replace(check, (_, now, between) => {
        checks += 1;
        assert.notEqual(Number(now), other_interface);
        return `!==${other_interface}${between}${other_interface}\``;
      }),
  });
  assert.equal(checks, 1, 'the page checks the interface in one place');
  sites.wrong = await other_site('wrong', {
    change_module: (wasm) =>
      assert.notEqual(change_constant(wasm, 'gs_rules_version', other_rules), other_rules),
  });
  for (const [name, folder] of Object.entries(sites)) flags_of[name] = ['--assets', folder];
});

after(async () => {
  for (const folder of Object.values(sites)) await rm(folder, { recursive: true });
});

/** In the page, before its own scripts: how often this tab has loaded one. */
function count_loads() {
  sessionStorage.setItem('loads', Number(sessionStorage.getItem('loads') ?? 0) + 1);
}

const loads_of = (page) => page.evaluate(() => Number(sessionStorage.getItem('loads')));

async function serve(stage, version) {
  await stage.server.halt();
  await stage.server.run(flags_of[version]);
}

/** From the lobby into the plaza, whose room is the same after a restart. */
async function walk_in(stage) {
  const page = await stage.open('/', { init: [count_loads] });
  await page.connected();
  await page.click('[data-testid="play"]');
  await in_the_world(page);
  return page;
}

/** Until the page says that it has failed, and has stood there for longer than a load takes. */
function has_failed(page, loads) {
  return page.wait_for(
    `the failure to stay after ${loads} loads`,
    (wanted) => {
      const box = document.querySelector('.game-failure');
      const stands = document.querySelector('[data-game="failed"]') !== null && box?.hidden === false;
      const is_calm = performance.now() > 3000 && Number(sessionStorage.getItem('loads')) === wanted;
      return stands && is_calm && box.textContent;
    },
    loads,
  );
}

in_each_browser('updates', (stage) => {
  test('a page of the version before loads itself anew and plays on', async () => {
    await serve(stage, 'older');
    const page = await walk_in(stage);
    const { room } = await page.evaluate(() => grandstand.stats());
    const loads = await loads_of(page);
    await serve(stage, 'newest');
    await page.wait_for(
      'the new page',
      (wanted) => Number(sessionStorage.getItem('loads')) > wanted && grandstand.stats().tick > 0,
      loads,
    );
    const stats = await in_the_world(page);
    assert.equal(stats.room, room);
    assert.notEqual(stats.seat, null);
    assert.equal(stats.desyncs, 0);
    assert.equal(await loads_of(page), loads + 1);
  });

  test('a module of other rules is never played: one load, then words and a button', async () => {
    await serve(stage, 'newest');
    const page = await walk_in(stage);
    const loads = await loads_of(page);
    await serve(stage, 'wrong');
    assert.match(await has_failed(page, loads + 1), /could not be loaded: rules 60 instead of/);
    await page.click('.game-failure button');
    assert.match(await has_failed(page, loads + 2), /could not be loaded/);
    assert.equal(await page.evaluate(() => grandstand.stats().confirmed_tick), null);
    await serve(stage, 'newest');
    await in_the_world(page);
    assert.equal(await loads_of(page), loads + 2, 'what fits is played without another load');
  });
});
