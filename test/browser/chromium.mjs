// Starts the installed Chromium with Playwright.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const artifacts = fileURLToPath(new URL('../../artifacts', import.meta.url));

// The same paths as in scripts/ensure-chromium.sh.
const paths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

// patience is the time after which an action in a browser has failed. A test may only reach it if it has failed: on a busy machine,
// a page may take a minute to load.
export const patience = 300_000;

export function launch() {
  const executablePath = process.env.CHROMIUM || paths.find(isProgram);
  if (!executablePath) throw new Error('no Chromium found; scripts/ensure-chromium.sh installs one');
  return chromium.launch({
    executablePath,
    timeout: patience,
    // The sandbox doesn't work as root. Background requests would disturb the tests, which check all requests.
    args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// newWindow opens another page of a context in its own window. Chromium rarely draws background tabs, so tests would wait for seconds.
export async function newWindow(context) {
  const [first] = context.pages();
  if (!first) return context.newPage();
  const opened = context.waitForEvent('page');
  await first.evaluate(() => window.open('about:blank', '', 'popup,noopener'));
  return opened;
}

// screenshotOnFailure runs a test. If it fails, it saves screenshots of all pages to artifacts/.
export async function screenshotOnFailure(browser, name, run) {
  try {
    await run();
  } catch (error) {
    const pages = browser.contexts().flatMap((context) => context.pages());
    for (const [i, page] of pages.entries()) {
      await screenshot(page, `${name} ${i + 1}`).catch(() => {}); // the error of the test is more important
    }
    throw error;
  }
}

// screenshot saves a screenshot of a page to artifacts/.
export async function screenshot(page, name) {
  mkdirSync(artifacts, { recursive: true });
  await page.screenshot({ path: `${artifacts}/${name.replace(/\W+/g, '-')}.png`, fullPage: true });
}
