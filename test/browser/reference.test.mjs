// A user reads the contract in the API reference (Redoc).
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, patience, screenshot, screenshotOnFailure } from './chromium.mjs';
import { browserErrorsOf } from './browser-errors.mjs';
import { startServer } from './server.mjs';

describe('The API reference', { timeout: 3_600_000 }, () => {
  let server, browser, page, browserErrors, contract;

  before(async () => {
    server = await startServer();
    contract = await (await fetch(`${server.url}/openapi.json`)).json();
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(patience);
    browserErrors = await browserErrorsOf(page);
    await page.goto(`${server.url}/reference/`);
    await page.getByRole('heading', { name: contract.info.title }).first().waitFor();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  // visiblePart takes screenshots of only the visible part, because the page is very long.
  const visiblePart = { screenshot: (options) => page.screenshot({ ...options, fullPage: false }) };

  // The steps are one visit: each step continues where the previous step ended.
  const step = (name, run) => it(name, () => screenshotOnFailure(browser, `reference ${name}`, run));

  step('shows every operation of the contract', async () => {
    const operations = Object.values(contract.paths).flatMap((methods) => Object.values(methods)).filter((member) => member.operationId);
    const shown = await page.locator('[data-section-id]').evaluateAll((sections) => sections.map((section) => ({
      id: section.dataset.sectionId, title: section.querySelector('h2')?.innerText.trim(),
    })));
    for (const { tags, operationId, summary } of operations) {
      const section = shown.find(({ id }) => id === `tag/${tags[0].replaceAll(' ', '-')}/operation/${operationId}`);
      assert.deepEqual(section?.title, summary);
    }
  });

  step('shows examples next to the text', async () => {
    const example = page.locator('[data-section-id="tag/Recipes/operation/createRecipe"]').getByText('ingredient_list').last();
    assert.match(await example.innerText(), /"ingredient_list"/);
  });

  for (const width of [1280, 390]) {
    step(`fits a width of ${width} pixels`, async () => {
      await page.setViewportSize({ width, height: 900 });
      await page.locator('[data-section-id="tag/Grocery/operation/planGroceries"]').first().scrollIntoViewIfNeeded();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      await screenshot(visiblePart, `reference ${width}`);
    });
  }

  step('links to the page where the API can be tried', async () => {
    await page.getByRole('navigation', { name: 'Documentation' }).getByRole('link', { name: 'Try it out' }).click();
    await page.locator('.opblock').first().waitFor();
    assert.equal(page.url(), `${server.url}/docs/`);
  });

  step('causes no browser errors, and calls no other host', () => {
    assert.deepEqual(browserErrors, []);
  });
});
