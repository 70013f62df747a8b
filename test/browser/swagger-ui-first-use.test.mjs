// A visitor of an empty server, who executes what Swagger UI has prefilled, from the top of the page to its end.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, screenshot, screenshotOnFailure } from './chromium.mjs';
import { complaintsOf } from './complaints.mjs';
import { startServer } from './server.mjs';
import { Documentation } from './swagger-ui/documentation.mjs';

describe('The examples in Swagger UI', { timeout: 180_000 }, () => {
  let server, browser, page, complaints, docs, operations;
  const executed = [];

  before(async () => {
    server = await startServer();
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(10_000);
    complaints = await complaintsOf(page);
    docs = new Documentation(page, server.url);
    await docs.open();
    operations = await docs.operations();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  // The steps are one visit: each goes on where the one before it ended.
  const step = (name, run) => it(name, () => screenshotOnFailure(browser, `swagger-ui-first-use ${name}`, run));

  step('make an account, with which the visitor logs in', async () => {
    await executeAsItIs('registerUser');
    const account = JSON.parse(await docs.block('registerUser').locator('.body-param__text').inputValue());
    await docs.logIn(account);
    await docs.dialog.waitFor({ state: 'detached' });
    assert.equal((await docs.padlocks()).authorize, 'closed');
  });

  step('lead to a list of what to buy', async () => {
    await executeUpTo('planGroceries');
    const plan = await docs.execute('planGroceries');
    assert.ok(plan.body.grocery_list.length > 0, 'the example leaves something to buy');
    assert.ok(plan.body.others.length > 0, 'and the fridge has something of it');
    await lookAt('planGroceries', 'a grocery list');
  });

  step('work to the end of the page, which is the logout', async () => {
    await executeUpTo('logout');
    assert.equal(executed.at(-1), 'logout');
    assert.equal((await docs.padlocks()).authorize, 'open');
  });

  step('are there for every operation, and the browser has nothing to complain about', () => {
    assert.deepEqual(executed, operations.map(({ id }) => id));
    assert.deepEqual(complaints, []);
  });

  // executeUpTo goes on down the page, to this operation.
  async function executeUpTo(last) {
    while (executed.at(-1) !== last) await executeAsItIs(operations[executed.length].id);
  }

  // executeAsItIs presses Execute and nothing else.
  async function executeAsItIs(id) {
    const { status, body, requestId } = await docs.execute(id);
    assert.ok(status >= 200 && status < 300, `${id} is answered ${status}: ${JSON.stringify(body)}`);
    assert.equal(requestId.shown, `Request id: ${requestId.sent}`);
    executed.push(id);
  }

  // lookAt saves what an operation looks like, and makes sure that a phone doesn't have to scroll sideways.
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
