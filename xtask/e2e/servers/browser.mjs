// A browser that performs a list of steps, and returns the text of the page.
//
// node browser.mjs CHROMIUM SCREENSHOTS
//
// POST /: a list of steps, performed on a page with a new profile. The response is the text on the
// page after the last step, or status 500 with the error.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launch } from 'puppeteer-core';

import { answer, bodyOf, serve } from './serve.mjs';

const [chromium, screenshots] = process.argv.slice(2);
// The timeout of a step in milliseconds, which only a hanging browser exceeds.
const PATIENCE = 180_000;

const profile = await mkdtemp(join(tmpdir(), 'e2e-browser-'));
const browser = await launch({
  executablePath: chromium,
  // The browser exits when the pipe is closed, however this process ends.
  pipe: true,
  userDataDir: profile,
  protocolTimeout: PATIENCE,
  timeout: PATIENCE,
  defaultViewport: { width: 800, height: 640 },
  args: [
    // The sandbox doesn't work for root and in most containers.
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--disable-quic',
    '--disable-sync',
    '--no-first-run',
    // Pages must not wait for fonts from other hosts.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
});
console.error(await browser.version());

const does = {
  open: (page, url) => page.goto(url, { waitUntil: 'domcontentloaded', timeout: PATIENCE }),
  async click(page, selector) {
    const element = await visible(page, selector);
    await element.click();
  },
  async type(page, { into, text }) {
    const element = await visible(page, into);
    await element.type(text);
  },
  press: (page, key) => page.keyboard.press(key),
  see: (page, text) => until(`the page says ${text}`, async () => (await seen(page)).includes(text)),
  screenshot: (page, name) => page.screenshot({ path: join(screenshots, `${name}.png`) }),
};

/** Returns the first element that matches a selector, once it is visible. */
function visible(page, selector) {
  return until(`${selector} can be seen`, async () => {
    const element = await page.$(selector);
    return (await element?.isVisible()) && element;
  });
}

/** Calls a function repeatedly until it returns a value. */
async function until(what, ask) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    // This fails during a navigation.
    const answer = await ask().catch(() => undefined);
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Returns the visible text of the page. */
function seen(page) {
  return page.evaluate(() => document.body?.innerText ?? '');
}

async function run(steps) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    for (const [at, step] of steps.entries()) {
      const [[action, argument]] = Object.entries(step);
      try {
        await does[action](page, argument);
      } catch (error) {
        const where = `step ${at + 1}, ${JSON.stringify(step)}, at ${page.url()}`;
        throw new Error(`${where}: ${error.message}\n\n${await seen(page).catch(String)}`);
      }
    }
    return await until('there is a page', () => seen(page));
  } finally {
    await context.close();
  }
}

async function stop() {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}

await serve(
  () => async (request, response) => {
    try {
      answer(response, 200, await run(JSON.parse(await bodyOf(request))));
    } catch (error) {
      console.error(error);
      answer(response, 500, error.message);
    }
  },
  stop,
);
