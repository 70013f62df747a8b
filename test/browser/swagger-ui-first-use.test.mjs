// A visitor of an empty server executes all prefilled examples of Swagger UI, from top to bottom.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, patience, screenshot, screenshotOnFailure } from './chromium.mjs';
import { browserErrorsOf } from './browser-errors.mjs';
import { startServer } from './server.mjs';
import { Documentation, resetPasswordError, succeeds } from './swagger-ui/documentation.mjs';

describe('The examples in Swagger UI', { timeout: 3_600_000 }, () => {
  let server, browser, page, browserErrors, docs, operations;
  const executed = [];

  before(async () => {
    server = await startServer();
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(patience);
    browserErrors = await browserErrorsOf(page);
    docs = new Documentation(page, server.url);
    await docs.open();
    operations = await docs.operations();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  // The steps are one visit: each step continues where the previous step ended.
  const step = (name, run) => it(name, () => screenshotOnFailure(browser, `swagger-ui-first-use ${name}`, run));

  step('create an account, and the visitor logs in to it', async () => {
    await executeExample('registerUser');
    const account = JSON.parse(await docs.block('registerUser').locator('.body-param__text').inputValue());
    await docs.logIn(account);
    await docs.dialog.waitFor({ state: 'detached' });
    assert.equal((await docs.padlocks()).authorize, 'closed');
  });

  step('take ingredient lines apart', async () => {
    await executeUpTo('parseIngredients');
    await lookAt('parseIngredients', 'parsed ingredients');
  });

  step('lead to a grocery list', async () => {
    await executeUpTo('planGroceries');
    const plan = await docs.execute('planGroceries');
    assert.ok(plan.body.grocery_list.length > 0, 'the example leaves something to buy');
    await lookAt('planGroceries', 'a grocery list');
  });

  step('work until the end of the page: the account is deleted, and the visitor logs out', async () => {
    await executeUpTo('listActivity');
    await lookAt('listActivity', 'activity');
    await executeUpTo('logout');
    assert.equal((await docs.padlocks()).authorize, 'open');
  });

  step('exist for every operation, and cause no browser errors', () => {
    assert.deepEqual(executed, operations.map(({ id }) => id));
    assert.deepEqual(browserErrors, [resetPasswordError]);
  });

  // executeUpTo executes the next operations of the page, up to and including this operation.
  async function executeUpTo(last) {
    while (executed.at(-1) !== last) await executeExample(operations[executed.length].id);
  }

  // executeExample executes an operation with its unchanged example.
  async function executeExample(id) {
    const { status, body, requestId } = await docs.execute(id);
    assert.ok(succeeds(id, { status, body }), `${id} responds with ${status}: ${JSON.stringify(body)}`);
    assert.equal(requestId.shown, `Request id: ${requestId.sent}`);
    executed.push(id);
  }

  // lookAt saves screenshots of an operation, and checks that a phone doesn't have to scroll sideways.
  async function lookAt(id, name) {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await docs.unfold(id);
      await screenshot(page, `swagger-ui ${name} ${width}`);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  }
});
