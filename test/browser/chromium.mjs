// The Chromium that is installed on this machine, driven by Playwright.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const artifacts = fileURLToPath(new URL('../../artifacts', import.meta.url));

// The same places as in scripts/ensure-chromium.sh.
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export function launch() {
  const executablePath = process.env.CHROMIUM || places.find(isProgram);
  if (!executablePath) throw new Error('there is no Chromium; scripts/ensure-chromium.sh installs one');
  return chromium.launch({
    executablePath,
    // Without its own sandbox, which doesn't work as root; without calls home, which would be none of ours.
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

// newWindow opens another page of a context in a window of its own: what is in a tab behind another one is
// hardly ever drawn, and waiting for it takes seconds.
export async function newWindow(context) {
  const [first] = context.pages();
  if (!first) return context.newPage();
  const opened = context.waitForEvent('page');
  await first.evaluate(() => window.open('about:blank', '', 'popup,noopener'));
  return opened;
}

// screenshotOnFailure runs a test, and if it fails saves what the pages of the browser show to artifacts/.
export async function screenshotOnFailure(browser, name, run) {
  try {
    await run();
  } catch (error) {
    const pages = browser.contexts().flatMap((context) => context.pages());
    for (const [i, page] of pages.entries()) {
      await screenshot(page, `${name} ${i + 1}`).catch(() => {}); // the failure itself matters more
    }
    throw error;
  }
}

// screenshot saves what a page shows to artifacts/.
export async function screenshot(page, name) {
  mkdirSync(artifacts, { recursive: true });
  await page.screenshot({ path: `${artifacts}/${name.replace(/\W+/g, '-')}.png`, fullPage: true });
}
