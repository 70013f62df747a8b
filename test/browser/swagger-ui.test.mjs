// A person who tries the API in its documentation, with nothing but a browser.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, screenshotOnFailure } from './chromium.mjs';
import { complaintsOf } from './complaints.mjs';
import { startServer } from './server.mjs';
import { Documentation } from './swagger-ui/documentation.mjs';
import { trafficOf } from './traffic.mjs';

const account = { username: 'Amélie', password: 'eggs benedict at noon' };
const emptyFridge = { ingredient_list: {} };
const refreshed = 'POST /api/user/token/refresh/ 200';
const open = { authorize: 'open', getFridge: 'open', listGroceryItems: 'open' };
const closed = { authorize: 'closed', getFridge: 'closed', listGroceryItems: 'closed' };

describe('Swagger UI', { timeout: 180_000 }, () => {
  let server, browser, page, complaints, traffic, docs;

  before(async () => {
    server = await startServer();
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(10_000);
    complaints = await complaintsOf(page);
    traffic = trafficOf(page.context(), `${server.url}/api`);
    docs = new Documentation(page, server.url);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  // The steps are one visit: each goes on where the one before it ended.
  const step = (name, run) => it(name, () => screenshotOnFailure(browser, `swagger-ui ${name}`, run));

  step('is what the server shows at its root', async () => {
    await docs.open();
    assert.equal(page.url(), `${server.url}/docs/`);
  });

  step('shows every operation of the contract, under its tag or among the endings', async () => {
    const contract = await (await fetch(`${server.url}/openapi.json`)).json();
    const inContract = Object.values(contract.paths).flatMap((methods) => Object.values(methods))
      .filter((member) => member.operationId) // the other members are parameters that the operations share
      .map((operation) => `${operation.tags[0]} ${operation.operationId}`);
    const shown = await docs.operations();
    const groupIn = (id) => inContract.find((one) => one.endsWith(` ${id}`)).split(' ')[0];
    assert.deepEqual(shown.map(({ group, id }) => `${group === 'Endings' ? groupIn(id) : group} ${id}`).sort(), inContract.sort());

    const tags = await page.locator('.opblock-tag').evaluateAll((all) => all.map((tag) => tag.dataset.tag));
    assert.deepEqual(tags, ['Accounts', 'Sessions', 'Recipes', 'Fridge', 'Grocery', 'Keys', 'Monitoring', 'Endings']);
  });

  step('shows last what deletes one thing, then what deletes all, and then the logout', async () => {
    const last = (await docs.operations()).filter(({ group }) => group === 'Endings').map(({ id }) => id);
    assert.deepEqual(last, [
      'deleteRecipe', 'deleteFridgeIngredient', 'deleteFridgeGroup', 'deleteGroceryItem',
      'deleteRecipes', 'deletePlans', 'deleteGroceryItems', 'logout',
    ]);
  });

  step('leads to the reading view and to the contract', async () => {
    const links = page.getByRole('navigation', { name: 'Documentation' }).getByRole('link');
    const places = await links.evaluateAll((all) => all.map((link) => new URL(link.href).pathname));
    assert.deepEqual(places, ['/docs/', '/reference/', '/openapi.yaml', '/openapi.json']);
    for (const place of places) assert.equal((await fetch(server.url + place)).status, 200);
  });

  step('calls nothing for somebody who never logged in', async () => {
    assert.deepEqual((await traffic.take()).lines, []);
  });

  step('makes an account', async () => {
    const { status, body } = await docs.execute('registerUser', account);
    assert.deepEqual({ status, body }, { status: 201, body: { message: 'User registered successfully' } });
  });

  step('keeps the padlocks open until somebody logs in', async () => {
    assert.deepEqual(await docs.padlocks(), open);
  });

  step('closes the padlocks when the login is executed, and sends the token by itself', async () => {
    assert.equal((await docs.execute('obtainToken', account)).status, 200);
    await docs.padlocksClose();
    assert.deepEqual(await docs.padlocks(), closed);
    assert.deepEqual((await docs.execute('getFridge')).body, emptyFridge);
    assert.deepEqual((await docs.execute('listGroceryItems')).body, []);
  });

  step('takes over the token of a refresh, which needs nothing but the cookie', async () => {
    const first = await docs.tokenInUse();
    const refresh = await docs.execute('refreshToken', {});
    assert.equal(refresh.status, 200);
    assert.notEqual(refresh.body.access, first);
    assert.equal(await docs.tokenInUse(), refresh.body.access);
  });

  step('is still logged in after a reload', async () => {
    await traffic.take();
    await docs.reload();
    await docs.padlocksClose();
    assert.deepEqual(await docs.padlocks(), closed);
    assert.deepEqual((await traffic.take()).lines, [refreshed]);
    assert.equal((await docs.execute('getFridge')).status, 200);
  });

  step('renews a token that has expired before it is sent', async () => {
    const before = await docs.tokenInUse();
    await traffic.take();
    assert.equal(await docs.tokenInUse(), before, 'one that is valid is sent again');
    assert.deepEqual((await traffic.take()).lines, ['GET /api/fridge/ 200']);

    await fiveMinutesPass();
    assert.notEqual(await docs.tokenInUse(), before);
    assert.deepEqual((await traffic.take()).lines, ['GET /api/fridge/ 200', refreshed]);
  });

  step('logs out in the dialog, and asks for no session after that', async () => {
    await docs.logOut();
    assert.deepEqual(await docs.padlocks(), open);
    await traffic.take();
    await docs.reload();
    assert.deepEqual(await docs.padlocks(), open);
    assert.deepEqual((await traffic.take()).lines, []);
  });

  step('asks in the dialog for name and password, in a way that password managers know', async () => {
    await docs.authorize.press('Enter');
    const kinds = [];
    for (const label of ['Username', 'Password']) {
      const field = docs.dialog.getByLabel(label);
      kinds.push([await field.getAttribute('type'), await field.getAttribute('autocomplete')]);
    }
    assert.deepEqual(kinds, [['text', 'username'], ['password', 'current-password']]);
    assert.ok(await docs.dialog.getByLabel('Username').evaluate((field) => field === document.activeElement));
    await docs.closeDialog();
  });

  step('says in the dialog that the password is wrong', async () => {
    await docs.logIn({ ...account, password: 'eggs benedict at ten' });
    const problem = docs.dialog.getByRole('alert').filter({ hasText: /./ });
    await problem.waitFor();
    assert.equal(await problem.innerText(), 'No active account found with the given credentials');
    assert.equal((await docs.padlocks()).authorize, 'open');
  });

  step('closes the padlocks when the password is right', async () => {
    await docs.logIn(account); // in the dialog that is still there
    await docs.dialog.waitFor({ state: 'detached' });
    assert.deepEqual(await docs.padlocks(), closed);
    assert.ok(await docs.authorize.evaluate((button) => button === document.activeElement), 'the focus is where it was');
    assert.deepEqual((await docs.execute('getFridge')).body, emptyFridge);
  });

  step('lets a person paste a token instead', async () => {
    const token = await docs.tokenInUse();
    await page.evaluate(() => localStorage.clear());
    await docs.reload();
    assert.deepEqual(await docs.padlocks(), open);
    const refused = await docs.execute('getFridge');
    assert.equal(refused.body.code, 'not_authenticated');
    assert.equal(refused.requestId.shown, `Request id: ${refused.requestId.sent}`);

    await docs.pasteToken(token);
    assert.deepEqual(await docs.padlocks(), closed);
    assert.equal(await docs.tokenInUse(), token);
  });

  step('opens the padlocks when the logout is executed, and the server refuses the old token', async () => {
    const token = await docs.tokenInUse();
    assert.equal((await docs.execute('logout')).status, 204);
    assert.deepEqual(await docs.padlocks(), open);
    assert.equal((await docs.execute('getFridge')).body.code, 'not_authenticated');
    await docs.pasteToken(token);
    assert.equal((await docs.execute('getFridge')).body.code, 'token_not_valid');
  });

  step('opens the padlocks when the session has ended elsewhere and the token can\'t be renewed', async () => {
    await docs.logOut();
    await docs.logIn(account);
    await docs.dialog.waitFor({ state: 'detached' });
    assert.equal((await page.request.post(`${server.url}/api/user/logout/`)).status(), 204);
    await fiveMinutesPass();
    assert.equal((await docs.execute('getFridge')).body.code, 'token_not_valid');
    assert.deepEqual(await docs.padlocks(), open);
  });

  step('comes back logged out when the session has ended since the last visit', async () => {
    await docs.logIn(account);
    await docs.dialog.waitFor({ state: 'detached' });
    assert.equal((await page.request.post(`${server.url}/api/user/logout/`)).status(), 204);
    await traffic.take();
    const refusal = page.waitForResponse(`${server.url}/api/user/token/refresh/`);
    await docs.reload();
    await refusal;
    assert.deepEqual((await traffic.take()).lines, ['POST /api/user/token/refresh/ 400']);
    assert.deepEqual(await docs.padlocks(), open);
    assert.equal((await docs.execute('logout')).status, 204, 'logging out once more does no harm');
    await docs.reload();
    assert.deepEqual((await traffic.take()).lines, ['POST /api/user/logout/ 204'], 'and it is not tried again');
  });

  step('gives the browser nothing to complain about but the refusals above', () => {
    const refusal = (status, path) => `console: Failed to load resource: the server responded with a status of ${status} ${path}`;
    const fridge = refusal('401 (Unauthorized)', '/api/fridge/');
    const refresh = refusal('400 (Bad Request)', '/api/user/token/refresh/');
    assert.deepEqual(complaints, [refusal('401 (Unauthorized)', '/api/user/token/'), fridge, fridge, fridge,
      refresh, fridge, refresh]);
  });

  // fiveMinutesPass puts the browser's clock on: by then its access token has expired.
  const fiveMinutesPass = () => page.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() + 300_000;
  });
});
