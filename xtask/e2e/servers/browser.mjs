// A browser that does what it is told, step by step, and says what a person would see.
//
// node browser.mjs CHROMIUM SCREENSHOTS
//
// POST /: a list of steps, done on a page of a fresh profile. The answer is the text on the page
// after each step, or status 500 with what went wrong.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launch } from 'puppeteer-core';

import { answer, bodyOf, serve } from './serve.mjs';

const [chromium, screenshots] = process.argv.slice(2);
// So long that only a browser that hangs takes it.
const PATIENCE = 180_000;

const profile = await mkdtemp(join(tmpdir(), 'e2e-browser-'));
const browser = await launch({
  executablePath: chromium,
  // The browser ends with the pipe, however this process ends.
  pipe: true,
  userDataDir: profile,
  protocolTimeout: PATIENCE,
  timeout: PATIENCE,
  defaultViewport: { width: 800, height: 640 },
  args: [
    // Root can't have a sandbox, nor can most containers.
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--disable-quic',
    '--disable-sync',
    '--no-first-run',
    // Pages that ask for a font elsewhere don't wait for it.
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
  async see(page, text) {
    const end = Date.now() + PATIENCE;
    while (!(await seen(page)).includes(text)) {
      if (Date.now() > end) throw new Error(`the page doesn't say ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  },
  screenshot: (page, name) => page.screenshot({ path: join(screenshots, `${name}.png`) }),
};

function visible(page, selector) {
  return page.waitForSelector(selector, { visible: true, timeout: PATIENCE });
}

/** The text that a person sees. */
async function seen(page) {
  try {
    return await page.evaluate(() => document.body?.innerText ?? '');
  } catch {
    // The page is being left.
    return '';
  }
}

async function run(steps) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    const texts = [];
    for (const [at, step] of steps.entries()) {
      const [[action, argument]] = Object.entries(step);
      try {
        await does[action](page, argument);
      } catch (error) {
        const where = `step ${at + 1}, ${JSON.stringify(step)}, at ${page.url()}`;
        throw new Error(`${where}: ${error.message}\n\n${await seen(page)}`);
      }
      texts.push(await seen(page));
    }
    return texts;
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
