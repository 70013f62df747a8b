// A person who tries the API in its documentation, with nothing but a browser.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, screenshotOnFailure } from './chromium.mjs';
import { complaintsOf } from './complaints.mjs';
import { startServer } from './server.mjs';

const account = { username: 'Amélie', password: 'eggs benedict at noon' };
const emptyFridge = { ingredient_list: {} };

describe('Swagger UI', { timeout: 120_000 }, () => {
  let server, browser, page, complaints;

  before(async () => {
    server = await startServer();
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(10_000);
    complaints = await complaintsOf(page);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  // The steps are one visit: each goes on where the one before it ended.
  const step = (name, run) => it(name, () => screenshotOnFailure(browser, `swagger-ui ${name}`, run));

  step('is what the server shows at its root', async () => {
    await page.goto(`${server.url}/`);
    await page.locator('.opblock').first().waitFor();
    assert.equal(page.url(), `${server.url}/docs/`);
  });

  step('shows every operation of the contract, under its tag', async () => {
    const contract = await (await fetch(`${server.url}/openapi.json`)).json();
    const inContract = Object.values(contract.paths).flatMap((methods) => Object.values(methods))
      .filter((member) => member.operationId) // the other members are parameters that the operations share
      .map((operation) => `operations-${operation.tags[0]}-${operation.operationId}`);
    const shown = await page.locator('.opblock').evaluateAll((blocks) => blocks.map((block) => block.id));
    assert.deepEqual(shown.sort(), inContract.sort());

    const tags = await page.locator('.opblock-tag').evaluateAll((all) => all.map((tag) => tag.dataset.tag));
    assert.deepEqual(tags, ['Accounts', 'Sessions', 'Recipes', 'Fridge', 'Grocery', 'Keys', 'Monitoring']);
  });

  step('makes an account', async () => {
    assert.deepEqual(await execute('registerUser', account), { status: 201, body: { message: 'User registered successfully' } });
  });

  step('keeps the padlocks open until somebody logs in', async () => {
    assert.deepEqual(await padlocks(), { authorize: 'open', getFridge: 'open', listGroceryItems: 'open' });
  });

  step('closes the padlocks at the login', async () => {
    const login = await execute('obtainToken', account);
    assert.equal(login.status, 200);
    await page.locator('.auth-wrapper .btn.authorize.locked').waitFor();
    assert.deepEqual(await padlocks(), { authorize: 'closed', getFridge: 'closed', listGroceryItems: 'closed' });
  });

  step('sends the token by itself after the login', async () => {
    assert.deepEqual(await execute('getFridge'), { status: 200, body: emptyFridge });
    assert.deepEqual(await execute('listGroceryItems'), { status: 200, body: [] });
  });

  step('takes over the token of a refresh, which needs nothing but the cookie', async () => {
    const first = await tokenInUse();
    const refresh = await execute('refreshToken', {});
    assert.equal(refresh.status, 200);
    assert.notEqual(refresh.body.access, first);
    assert.equal(await tokenInUse(), refresh.body.access);
  });

  step('lets a person paste a token instead', async () => {
    const token = await tokenInUse();
    await inDialog((scheme) => scheme.getByRole('button', { name: 'Remove authorization' }).click());
    assert.equal((await padlocks()).authorize, 'open');
    assert.equal((await execute('getFridge')).status, 401);

    await pasteToken(token);
    assert.equal((await padlocks()).authorize, 'closed');
    assert.deepEqual(await execute('getFridge'), { status: 200, body: emptyFridge });
  });

  step('opens the padlocks at the logout, and the server refuses the old token', async () => {
    const token = await tokenInUse();
    assert.deepEqual(await execute('logout'), { status: 204, body: undefined });
    assert.deepEqual(await padlocks(), { authorize: 'open', getFridge: 'open', listGroceryItems: 'open' });
    assert.equal((await execute('getFridge')).body.code, 'not_authenticated');

    await pasteToken(token);
    assert.equal((await execute('getFridge')).body.code, 'token_not_valid');
  });

  step('gives the browser nothing to complain about but the three refusals above', () => {
    const refusal = 'console: Failed to load resource: the server responded with a status of 401 (Unauthorized) /api/fridge/';
    assert.deepEqual(complaints, [refusal, refusal, refusal]);
  });

  const block = (operation) => page.locator(`.opblock[id$="-${operation}"]`);

  // execute calls an operation as a person does: open it, fill in the body, press Execute, read the answer.
  async function execute(operation, body) {
    const at = block(operation);
    if (!(await at.evaluate((element) => element.classList.contains('is-open')))) {
      await at.locator('.opblock-summary-control').click();
    }
    if (body) await at.locator('.body-param__text').fill(JSON.stringify(body));
    const clear = at.getByRole('button', { name: 'Clear', exact: true });
    if (await clear.isVisible()) await clear.click(); // else the answer of the last time would be read

    await at.getByRole('button', { name: 'Execute' }).click();
    const answer = at.locator('.live-responses-table .response');
    await answer.waitFor();
    const status = Number((await answer.locator('.response-col_status').innerText()).trim().slice(0, 3));
    const text = answer.locator('.response-col_description .highlight-code code').first();
    return { status, body: (await text.count()) ? JSON.parse(await text.textContent()) : undefined };
  }

  async function padlocks() {
    const ofOperation = async (operation) => {
      const label = await block(operation).locator('.authorization__btn').getAttribute('aria-label');
      return label === 'authorization button locked' ? 'closed' : 'open';
    };
    const authorized = await page.locator('.auth-wrapper .btn.authorize.locked').count();
    return {
      authorize: authorized ? 'closed' : 'open',
      getFridge: await ofOperation('getFridge'),
      listGroceryItems: await ofOperation('listGroceryItems'),
    };
  }

  async function inDialog(act) {
    await page.locator('.auth-wrapper .btn.authorize').click();
    const scheme = page.locator('.dialog-ux .auth-container', { hasText: 'bearerAuth' });
    await act(scheme);
    await scheme.getByRole('button', { name: 'Close' }).click();
    await scheme.waitFor({ state: 'detached' });
  }

  const pasteToken = (token) => inDialog(async (scheme) => {
    await scheme.locator('input').fill(token);
    await scheme.locator('.btn.authorize').click();
  });

  // tokenInUse reads the token from the curl command that Swagger UI shows for a call.
  async function tokenInUse() {
    await execute('getFridge');
    const curl = await block('getFridge').locator('.curl').textContent();
    return curl.match(/Bearer ([\w.-]+)/)[1];
  }
});
