// The frames of most tests: every browser by itself, or both at one server; one server and one browser of
// each kind per describe().
import { after, afterEach, before, describe } from 'node:test';
import { browser_names, launch } from './browsers.mjs';
import { Server } from './server.mjs';

export const transports = ['webtransport', 'websocket'];

/**
 * Calls `define(stage)` once per browser inside a describe(). `stage.server` and `stage.browser` are there
 * when the tests run; pages that stage.open() gives are closed after their test.
 */
export function in_each_browser(what, define, { flags = async () => [], launcher = launch } = {}) {
  for (const name of browser_names) {
    describe(`${name}: ${what}`, { timeout: 240_000 }, () => {
      const stage = { name, server: null, browser: null, pages: [] };
      stage.open = async (path, options) => {
        const page = await stage.browser.new_page(options);
        stage.pages.push(page);
        await page.goto(stage.server.url + path);
        return page;
      };
      before(async () => {
        stage.server = await Server.start(...(await flags()));
        stage.browser = await launcher(name);
      });
      afterEach(async () => {
        for (const page of stage.pages.splice(0)) await page.close();
      });
      after(async () => {
        await stage.browser?.close();
        await stage.server?.stop();
      });
      define(stage);
    });
  }
}

/**
 * Calls `define(stage)` once inside a describe(): stage.open(browser, path) gives pages of Chromium and
 * Firefox at one server,
 * closed after their test, or before with stage.close(page). `options` are those of new_page().
 */
export function in_both_browsers(what, options, define) {
  describe(`Chromium and Firefox ${what}`, { timeout: 240_000 }, () => {
    const stage = { server: null, browsers: {}, pages: [] };
    stage.open = async (browser, path) => {
      const page = await stage.browsers[browser].new_page(options);
      stage.pages.push(page);
      await page.goto(stage.server.url + path);
      return page;
    };
    stage.close = async (page) => {
      stage.pages.splice(stage.pages.indexOf(page), 1);
      await page.close();
    };
    before(async () => {
      stage.server = await Server.start();
      for (const name of ['chromium', 'firefox']) stage.browsers[name] = await launch(name);
    });
    afterEach(async () => {
      for (const page of stage.pages.splice(0)) await page.close();
    });
    after(async () => {
      for (const browser of Object.values(stage.browsers)) await browser?.close();
      await stage.server?.stop();
    });
    define(stage);
  });
}
