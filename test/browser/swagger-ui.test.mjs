// A user tries the API in its documentation (Swagger UI), using only a browser.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, patience, screenshotOnFailure } from './chromium.mjs';
import { browserErrorsOf } from './browser-errors.mjs';
import { startServer } from './server.mjs';
import { Documentation } from './swagger-ui/documentation.mjs';
import { trafficOf } from './traffic.mjs';

const account = { username: 'Amélie', password: 'eggs benedict at noon' };
const emptyFridge = { ingredient_list: {} };
const refreshed = 'POST /api/user/token/refresh/ 200';
const open = { authorize: 'open', getFridge: 'open', listGroceryItems: 'open' };
const closed = { authorize: 'closed', getFridge: 'closed', listGroceryItems: 'closed' };

describe('Swagger UI', { timeout: 3_600_000 }, () => {
  let server, browser, page, browserErrors, traffic, docs;

  before(async () => {
    server = await startServer();
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(patience);
    browserErrors = await browserErrorsOf(page);
    traffic = trafficOf(page.context(), `${server.url}/api`);
    docs = new Documentation(page, server.url);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  // The steps are one visit: each step continues where the previous step ended.
  const step = (name, run) => it(name, () => screenshotOnFailure(browser, `swagger-ui ${name}`, run));

  step('opens at the root of the server', async () => {
    await docs.open();
    assert.equal(page.url(), `${server.url}/docs/`);
  });

  step('opens on what there is to do: three lines, Authorize and the first operations', async () => {
    assert.equal(await page.locator('.info li').count(), 3);
    assert.ok((await page.locator('.info').innerText()).length < 500, 'the rules are in the reference');
    const inView = (locator) => locator.evaluate((element) => element.getBoundingClientRect().bottom < innerHeight);
    for (const element of [docs.authorize, docs.block('registerUser'), docs.block('createRecipe')]) assert.ok(await inView(element));
    assert.ok((await (await fetch(`${server.url}/openapi.json`)).json()).info.description.includes('Rules for every call'));
  });

  step('shows every operation of the contract, under its tag', async () => {
    const contract = await (await fetch(`${server.url}/openapi.json`)).json();
    const inContract = Object.values(contract.paths).flatMap((methods) => Object.values(methods))
      .filter((member) => member.operationId) // the other members are common parameters of the operations
      .map((operation) => `${operation.tags[0].replaceAll(' ', '_')} ${operation.operationId}`);
    const shown = await docs.operations();
    assert.deepEqual(shown.map(({ group, id }) => `${group} ${id}`).sort(), inContract.sort());

    const tags = await page.locator('.opblock-tag').evaluateAll((all) => all.map((tag) => tag.dataset.tag));
    assert.deepEqual(tags, [
      'Accounts', 'Recipes', 'Ingredients', 'Foods', 'Fridge', 'Grocery', 'Export', 'API tokens', 'Keys', 'Monitoring', 'Account', 'Sessions',
    ]);
  });

  step('lists the deletions of a group after what they delete, the import after them, and the end of the account and the logout last', async () => {
    const shown = await docs.operations();
    const late = (group) => shown.filter((one) => one.group === group && (one.method === 'DELETE' || one.id === 'importRecipes')).map(({ id }) => id);
    assert.deepEqual(late('Recipes'), ['deleteRecipe', 'deleteRecipes', 'importRecipes']);
    assert.deepEqual(late('Grocery'), ['deleteGroceryItem', 'deletePlannedMeal', 'deletePlanOverride', 'deletePlans', 'deleteGroceryItems']);
    for (const group of ['Fridge', 'Grocery']) {
      const methods = shown.filter((one) => one.group === group && !/trash|restore/.test(one.path)).map(({ method }) => method);
      assert.ok(methods.slice(methods.indexOf('DELETE')).every((method) => method === 'DELETE'), `${group}: ${methods}`);
    }
    assert.deepEqual(shown.slice(-2).map(({ id }) => id), ['deleteAccount', 'logout']);
  });

  step('links to the API reference and to the contract', async () => {
    const links = page.getByRole('navigation', { name: 'Documentation' }).getByRole('link');
    const places = await links.evaluateAll((all) => all.map((link) => new URL(link.href).pathname));
    assert.deepEqual(places, ['/docs/', '/reference/', '/openapi.yaml', '/openapi.json']);
    for (const place of places) assert.equal((await fetch(server.url + place)).status, 200);
  });

  step('makes no calls for a visitor who never logged in', async () => {
    assert.deepEqual((await traffic.take()).lines, []);
  });

  step('registers an account', async () => {
    const { status, body } = await docs.execute('registerUser', account);
    assert.deepEqual({ status, body }, { status: 201, body: { message: 'User registered successfully' } });
  });

  step('keeps the padlocks open until the user logs in', async () => {
    assert.deepEqual(await docs.padlocks(), open);
  });

  step('closes the padlocks when the login is executed, and sends the token automatically', async () => {
    assert.equal((await docs.execute('obtainToken', account)).status, 200);
    await docs.padlocksClose();
    assert.deepEqual(await docs.padlocks(), closed);
    assert.deepEqual((await docs.execute('getFridge')).body, emptyFridge);
    assert.deepEqual((await docs.execute('listGroceryItems')).body, []);
  });

  step('uses the token of a refresh, which only needs the cookie', async () => {
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

  step('refreshes before it would send an expired token', async () => {
    const before = await docs.tokenInUse();
    await traffic.take();
    assert.equal(await docs.tokenInUse(), before, 'a valid token is sent again');
    assert.deepEqual((await traffic.take()).lines, ['GET /api/fridge/ 200']);

    await fiveMinutesPass();
    assert.notEqual(await docs.tokenInUse(), before);
    assert.deepEqual((await traffic.take()).lines, ['GET /api/fridge/ 200', refreshed]);
  });

  step('logs out in the dialog, and does not try to refresh after that', async () => {
    await docs.logOut();
    assert.deepEqual(await docs.padlocks(), open);
    await traffic.take();
    await docs.reload();
    assert.deepEqual(await docs.padlocks(), open);
    assert.deepEqual((await traffic.take()).lines, []);
  });

  step('has a login dialog that password managers understand', async () => {
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

  step('shows in the dialog that the password is wrong', async () => {
    await docs.logIn({ ...account, password: 'eggs benedict at ten' });
    const problem = docs.dialog.getByRole('alert').filter({ hasText: /./ });
    await problem.waitFor();
    assert.equal(await problem.innerText(), 'No active account found with the given credentials');
    assert.equal((await docs.padlocks()).authorize, 'open');
  });

  step('closes the padlocks when the password is right', async () => {
    await docs.logIn(account); // in the dialog, which is still open
    await docs.dialog.waitFor({ state: 'detached' });
    assert.deepEqual(await docs.padlocks(), closed);
    assert.ok(await docs.authorize.evaluate((button) => button === document.activeElement), 'the focus is where it was');
    assert.deepEqual((await docs.execute('getFridge')).body, emptyFridge);
  });

  step('accepts a pasted token instead', async () => {
    const token = await docs.tokenInUse();
    await page.evaluate(() => localStorage.clear());
    await docs.reload();
    assert.deepEqual(await docs.padlocks(), open);
    const response = await docs.execute('getFridge');
    assert.equal(response.body.code, 'not_authenticated');
    assert.equal(response.requestId.shown, `Request id: ${response.requestId.sent}`);

    await docs.pasteToken(token);
    assert.deepEqual(await docs.padlocks(), closed);
    assert.equal(await docs.tokenInUse(), token);
  });

  step('accepts a pasted API token, which is limited to its scopes', async () => {
    const access = await docs.tokenInUse();
    const { body: made } = await docs.execute('createAPIToken'); // from the example, with a scope for the grocery list
    assert.match(made.token, /^ocipe_pat_\w{36}$/);
    await docs.reload();
    await docs.pasteToken(made.token);
    assert.deepEqual(await docs.padlocks(), closed);
    assert.equal((await docs.execute('listGroceryItems')).status, 200);
    assert.equal((await docs.execute('getFridge')).body.code, 'insufficient_scope');
    await docs.reload();
    await docs.pasteToken(access);
  });

  step('opens the padlocks when the logout is executed, and the server rejects the old token', async () => {
    const token = await docs.tokenInUse();
    assert.equal((await docs.execute('logout')).status, 204);
    assert.deepEqual(await docs.padlocks(), open);
    assert.equal((await docs.execute('getFridge')).body.code, 'not_authenticated');
    await docs.pasteToken(token);
    assert.equal((await docs.execute('getFridge')).body.code, 'token_not_valid');
  });

  step('opens the padlocks when the session was ended elsewhere and the refresh fails', async () => {
    await docs.logOut();
    await docs.logIn(account);
    await docs.dialog.waitFor({ state: 'detached' });
    assert.equal((await page.request.post(`${server.url}/api/user/logout/`)).status(), 204);
    await fiveMinutesPass();
    assert.equal((await docs.execute('getFridge')).body.code, 'token_not_valid');
    assert.deepEqual(await docs.padlocks(), open);
  });

  step('is logged out after a reload when the session has ended meanwhile', async () => {
    await docs.logIn(account);
    await docs.dialog.waitFor({ state: 'detached' });
    assert.equal((await page.request.post(`${server.url}/api/user/logout/`)).status(), 204);
    await traffic.take();
    const refreshed = page.waitForResponse(`${server.url}/api/user/token/refresh/`);
    await docs.reload();
    await refreshed;
    assert.deepEqual((await traffic.take()).lines, ['POST /api/user/token/refresh/ 400']);
    assert.deepEqual(await docs.padlocks(), open);
    assert.equal((await docs.execute('logout')).status, 204, 'a second logout succeeds');
    await docs.reload();
    assert.deepEqual((await traffic.take()).lines, ['POST /api/user/logout/ 204'], 'and there is no refresh');
  });

  step('causes no browser errors except the error responses above', () => {
    const errorResponse = (status, path) => `console: Failed to load resource: the server responded with a status of ${status} ${path}`;
    const fridge = errorResponse('401 (Unauthorized)', '/api/fridge/');
    const refresh = errorResponse('400 (Bad Request)', '/api/user/token/refresh/');
    assert.deepEqual(browserErrors, [errorResponse('401 (Unauthorized)', '/api/user/token/'), fridge,
      errorResponse('403 (Forbidden)', '/api/fridge/'), fridge, fridge, refresh, fridge, refresh]);
  });

  // fiveMinutesPass sets the browser's clock ahead, so that the access token has expired.
  const fiveMinutesPass = () => page.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() + 300_000;
  });
});
