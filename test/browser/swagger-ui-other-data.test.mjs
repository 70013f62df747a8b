// A visitor of a server with data executes all prefilled examples of Swagger UI, from top to bottom. The page fills in values of earlier
// calls instead of the ids of an empty server.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { browserErrorsOf } from './browser-errors.mjs';
import { launch, patience, screenshotOnFailure } from './chromium.mjs';
import { startServer } from './server.mjs';
import { Documentation, resetPasswordError, succeeds } from './swagger-ui/documentation.mjs';

const password = 'eggs benedict at noon';

describe('Swagger UI for a user with data', { timeout: 3_600_000 }, () => {
  let server, browser, page, browserErrors, docs;

  before(async () => {
    server = await startServer();
    for (const name of ['amelie', 'demo']) await fillAccount(name); // demo's ids don't begin with 1
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 390, height: 900 } });
    page.setDefaultTimeout(patience);
    browserErrors = await browserErrorsOf(page);
    docs = new Documentation(page, server.url);
    await docs.open();
    await docs.logIn({ username: 'demo', password });
    await docs.padlocksClose();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  // The steps are one visit: each step continues where the previous step ended.
  const step = (name, run) => it(name, () => screenshotOnFailure(browser, `swagger-ui-other-data ${name}`, run));

  step('lists 20 recipes, and none by their ids until one was seen', async () => {
    await docs.unfold('getRecipe');
    assert.equal(await idOf('getRecipe'), '1');
    const { body } = await docs.execute('listRecipes');
    assert.equal(body.length, 20);
    await docs.unfold('getRecipe');
    assert.equal(await idOf('getRecipe'), String(body[0].id));
    assert.equal((await docs.execute('getRecipe')).body.name, body[0].name);
  });

  step('leaves an id alone that the user has typed', async () => {
    await docs.block('getRecipe').locator('input[placeholder="id"]').fill('1');
    await docs.execute('createRecipe');
    await docs.unfold('getRecipe');
    assert.equal(await idOf('getRecipe'), '1');
    assert.equal((await docs.execute('getRecipe')).status, 404);
    await docs.reload();
    await docs.padlocksClose();
  });

  step('does not mistake the registered account for the user who is logged in', async () => {
    await docs.execute('registerUser');
    const registered = await bodyOf('registerUser');
    assert.equal((await docs.execute('updateAccount')).status, 200);
    assert.equal((await docs.execute('changePassword')).status, 204);
    assert.deepEqual(await bodyOf('obtainToken'), registered);
    const { new_password: newPassword } = await bodyOf('changePassword');
    assert.deepEqual(await bodyOf('reauthenticate'), { password: newPassword });
    assert.equal((await docs.execute('reauthenticate')).status, 200);
    const restored = { old_password: newPassword, new_password: password };
    assert.equal((await docs.execute('changePassword', restored)).status, 204);
    await docs.reload();
    await docs.padlocksClose();
  });

  step('shows a long list without highlighting', async () => {
    const list = docs.block('listRecipes');
    await docs.unfold('listRecipes');
    await list.locator('input[placeholder="limit"]').fill('');
    assert.equal((await docs.execute('listRecipes')).body.length, 61);
    assert.ok(await list.locator('.live-responses-table span').count() < 1000);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    assert.ok(await list.locator('table.headers').evaluateAll((all) => all.every((table) => table.offsetWidth <= 390 && table.scrollWidth <= table.offsetWidth)));
  });

  step('works from top to bottom, twice', async () => {
    for (const username of ['demo', 'amelie']) { // each round changes the name and the password of the user, and ends with a logout
      await docs.reload();
      if (username !== 'demo') await docs.logIn({ username, password });
      await docs.padlocksClose();
      for (const { id } of await docs.operations()) {
        const { status, body } = await docs.execute(id);
        assert.ok(succeeds(id, { status, body }), `${id} responds with ${status}: ${JSON.stringify(body)}`);
      }
    }
    assert.deepEqual(browserErrors.filter((error) => !error.includes('404 (Not Found)')), [resetPasswordError, resetPasswordError]);
  });

  const idOf = (operation) => docs.block(operation).locator('input[placeholder="id"]').inputValue();

  // bodyOf opens an operation and returns the body that is filled in.
  async function bodyOf(operation) {
    await docs.unfold(operation);
    return JSON.parse(await docs.block(operation).locator('.body-param__text').inputValue());
  }

  // fillAccount creates an account with 60 recipes of 1,000 characters, and with entries in all other lists.
  async function fillAccount(username) {
    const call = async (path, body, token) => {
      const headers = { 'Content-Type': 'application/json', ...token && { Authorization: `Bearer ${token}` } };
      const response = await fetch(`${server.url}/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      assert.ok(response.ok, `${path}: ${response.status}`);
      return response.json();
    };
    await call('user/register/', { username, password });
    const { access } = await call('user/token/', { username, password });
    const recipe = { name: 'Toast', meat_type: 'none', longevity: 1, frequency: 'rarely', note: 'crisp '.repeat(200), ingredients: [{ name: 'Bread' }] };
    await call('recipes/bulk/', { list: Array(60).fill(recipe) }, access);
    for (const name of ['Bread', 'Salt']) await call('fridge/ingredient/', { name, group: 'Pantry' }, access);
    await call('grocery/list/', { items: 'milk\nbutter' }, access);
  }
});
