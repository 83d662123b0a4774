// One small interface over Chromium (playwright-core) and Firefox (puppeteer-core, WebDriver BiDi), as far as
// the tests need it. Both run headless, as any user.
import { chromium, puppeteer } from '../../../web/tools/browsers.mjs';

const chromium_path = process.env.E2E_CHROMIUM ?? '/usr/bin/chromium';
const firefox_path = process.env.E2E_FIREFOX ?? '/usr/bin/firefox-esr';

const chromium_flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const browser_names = (process.env.E2E_BROWSERS ?? 'chromium,firefox').split(',');

/** What a page complained about. Tests that stop the server on purpose forgive the network's own messages. */
class Problems {
  #list = [];

  add(text) {
    this.#list.push(text);
  }

  /** All but those that match `forgiven`; then the list is empty. */
  take(forgiven = null) {
    const taken = this.#list.filter((text) => !forgiven?.test(text));
    this.#list = [];
    return taken;
  }
}

/** Violations of the Content-Security-Policy, also where a browser does not put them on the console. */
function report_violations() {
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
  });
}

const poll_ms = 50;

class TestPage {
  problems = new Problems();

  constructor(page) {
    this.page = page;
  }

  async goto(url) {
    await this.page.goto(url, { waitUntil: 'load' });
  }

  evaluate(work, argument) {
    return this.page.evaluate(work, argument);
  }

  click(selector) {
    return this.page.click(selector);
  }

  text(selector) {
    return this.evaluate((wanted) => document.querySelector(wanted)?.textContent ?? null, selector);
  }

  /**
   * Until `condition` is truthy in the page; gives its value (plain data). `what` is for the failure's
   * message.
   */
  async wait_for(what, condition, argument, within_ms = 20_000) {
    const deadline = performance.now() + within_ms;
    for (;;) {
      const value = await this.evaluate(condition, argument).catch(() => null);
      if (value) return value;
      if (performance.now() > deadline) {
        const stats = await this.evaluate(() => globalThis.grandstand?.stats()).catch(() => null);
        throw new Error(`waited ${within_ms} ms for ${what}; stats: ${JSON.stringify(stats)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, poll_ms));
    }
  }

  /** Until the page is connected, to rooms or to the echo service, over `transport` if given. */
  connected(transport = null, within_ms = 20_000) {
    return this.wait_for(
      `a connection over ${transport ?? 'anything'}`,
      (wanted) => {
        const stats = globalThis.grandstand?.stats();
        const service = document.querySelector('main')?.dataset.page === 'echo' ? ['echo'] : null;
        const connected = service ?? ['lobby', 'playing', 'watching'];
        return connected.includes(stats?.state) && (!wanted || stats.transport === wanted) && stats;
      },
      transport,
      within_ms,
    );
  }

  /** The page goes as people leave it; without that Firefox would keep its connection for a while. */
  async close() {
    await this.goto('about:blank').catch(() => {});
    await (this.context ?? this.page).close();
  }
}

class PlaywrightBrowser {
  static async launch() {
    const made = new PlaywrightBrowser();
    made.browser = await chromium.launch({
      executablePath: chromium_path,
      headless: true,
      args: chromium_flags,
    });
    return made;
  }

  /**
   * `init`: a function and its argument, to run in the page before its own scripts; `before`: functions
   * without one, after it. `javascript: false` and what else Playwright's newContext takes.
   */
  async new_page({ javascript = true, init = null, before = [], ...options } = {}) {
    const context = await this.browser.newContext({ javaScriptEnabled: javascript, ...options });
    const page = await context.newPage();
    const made = new TestPage(page);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) made.problems.add(message.text());
    });
    page.on('pageerror', (error) => made.problems.add(String(error)));
    if (javascript) await page.addInitScript(report_violations);
    if (init) await page.addInitScript(...init);
    for (const work of before) await page.addInitScript(work);
    made.context = context;
    return made;
  }

  close() {
    return this.browser.close();
  }
}

const puppeteer_options = {
  chromium: { browser: 'chrome', executablePath: chromium_path, args: chromium_flags },
  firefox: { browser: 'firefox', executablePath: firefox_path, protocol: 'webDriverBiDi' },
};

class PuppeteerBrowser {
  #name;
  #without_javascript = null;

  static async launch(name, more = {}) {
    const made = new PuppeteerBrowser();
    made.#name = name;
    made.browser = await puppeteer.launch({ ...puppeteer_options[name], headless: true, ...more });
    return made;
  }

  async new_page({ javascript = true, init = null, before = [], viewport = null } = {}) {
    if (!javascript) return this.#page_without_javascript();
    const context = await this.browser.createBrowserContext();
    const page = await context.newPage();
    const made = new TestPage(page);
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) made.problems.add(message.text());
    });
    page.on('pageerror', (error) => made.problems.add(String(error)));
    if (viewport) await page.setViewport(viewport);
    await page.evaluateOnNewDocument(report_violations);
    if (init) await page.evaluateOnNewDocument(...init);
    for (const work of before) await page.evaluateOnNewDocument(work);
    made.context = context;
    return made;
  }

  /** Firefox has no such switch for one page; a second browser with the preference has. */
  async #page_without_javascript() {
    const extraPrefsFirefox = { 'javascript.enabled': false };
    this.#without_javascript ??= await PuppeteerBrowser.launch(this.#name, { extraPrefsFirefox });
    const page = await this.#without_javascript.browser.newPage();
    return new TestPage(page);
  }

  /** Puts another tab in front, as a person does; the result brings the page back. */
  async hide(made) {
    const other = await made.page.browserContext().newPage();
    await other.bringToFront();
    return async () => {
      await made.page.bringToFront();
      await other.close();
    };
  }

  async close() {
    await this.#without_javascript?.close();
    await this.browser.close();
  }
}

/** Chromium under Playwright, Firefox under Puppeteer. */
export function launch(name) {
  return name === 'firefox' ? PuppeteerBrowser.launch(name) : PlaywrightBrowser.launch();
}

/** With hide(): Playwright makes every tab believe that it is in front, so Puppeteer drives both. */
export function launch_with_real_tabs(name) {
  return PuppeteerBrowser.launch(name);
}
