// The two browser drivers, for scripts outside web/ that cannot see its node_modules.
export { chromium } from 'playwright-core';
export { default as puppeteer } from 'puppeteer-core';
