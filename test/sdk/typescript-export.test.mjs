// An export in the TypeScript SDK, and its import into another account, against the real server.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient } from '@ocipe/client';
import { startServer } from '../browser/server.mjs';
import { errorWith, newLoggedInProgram, password } from './typescript-programs.mjs';

const counts = { recipes: 1, trash: 1, fridge: 1, checklist: 2, plans: 2, foods: 1, meals: 1, overrides: 1 };

describe('An export of the TypeScript SDK', { timeout: 3_600_000 }, () => {
  let server, cook, file;
  before(async () => {
    server = await startServer({ OCIPE_REAUTH_AGE: '1s' });
    cook = await newLoggedInProgram(server);
    await fill(cook.ocipe);
  });
  after(() => server?.stop());

  it('is a file with the whole content of the account', async () => {
    file = await exported(cook.ocipe);
    assert.ok(file instanceof Blob);
    const content = JSON.parse(await file.text());
    assert.deepEqual([content.format, content.version, content.account.username], ['ocipe-export', 1, cook.username]);
    assert.deepEqual(countsOf(content), counts);
    assert.equal(content.recipes[0].name, 'Crème brûlée 🍮');
  });

  it('is imported into another account', async () => {
    const { ocipe, username } = await newLoggedInProgram(server);
    assert.deepEqual(await ocipe.importAccount(file), counts);
    const content = JSON.parse(await (await exported(ocipe)).text());
    assert.equal(content.account.username, username);
    assert.deepEqual(withoutIds(content), withoutIds(JSON.parse(await file.text())));
  });

  it('is imported by a program whose access token has expired', async () => {
    const { ocipe, network } = await newLoggedInProgram(server);
    await ocipe.GET('/api/fridge/');
    network.expire();
    network.take();
    assert.deepEqual(await ocipe.importAccount(file), counts);
    assert.deepEqual(network.take(), ['POST /api/user/import/ 401', 'POST /api/user/token/refresh/ 200', 'POST /api/user/import/ 201']);
  });

  it('is not imported at all if a part of it is invalid', async () => {
    const { ocipe } = await newLoggedInProgram(server);
    const content = JSON.parse(await file.text());
    content.recipes[0].name = '';
    await assert.rejects(ocipe.importAccount(new Blob([JSON.stringify(content)])), (error) => {
      errorWith(400, 'invalid_input')(error);
      assert.deepEqual(error.errors.map(({ field, code }) => `${field} ${code}`), ['recipes.0.name blank']);
      return true;
    });
    await assert.rejects(ocipe.importAccount(new Blob(['soup'])), errorWith(400, 'malformed_body'));
    assert.deepEqual((await ocipe.GET('/api/fridge/')).data, { ingredient_list: {} });
  });

  it('needs a recent login, or asks for the password', async () => {
    let asked = 0;
    const ocipe = createClient({ baseUrl: server.url, askPassword: async () => (asked++, password) });
    await ocipe.login(cook.username, password);
    while (asked === 0) assert.equal((await ocipe.exportAccount()).size, file.size);
    const silent = createClient({ baseUrl: server.url });
    await silent.login(cook.username, password);
    errorWith(401, 'reauthentication_required')(await oldLogin(silent));
  });

  it('is impossible with an API token', async () => {
    await cook.ocipe.reauthenticate(password);
    const body = { name: 'cron', scopes: ['account:read', 'recipes:read', 'recipes:write'], expires_in_days: 7 };
    const { data: { token: apiToken } } = await cook.ocipe.POST('/api/user/api-tokens/', { body });
    const script = createClient({ baseUrl: server.url, apiToken });
    await assert.rejects(script.exportAccount(), errorWith(403, 'insufficient_scope'));
    await assert.rejects(script.importAccount(file), errorWith(403, 'insufficient_scope'));
  });
});

// fill adds something to every list of an account.
async function fill(ocipe) {
  const recipe = { name: 'Crème brûlée 🍮', meat_type: 'vegetarian', longevity: 1, frequency: 'weekend', ingredients: [{ name: 'Cream' }] };
  const { data: { id } } = await ocipe.POST('/api/recipes/', { body: recipe });
  const { data: deleted } = await ocipe.POST('/api/recipes/', { body: recipe });
  await ocipe.POST('/api/grocery/', { body: { recipe_ids: [id] } });
  await ocipe.DELETE('/api/recipes/{id}/', { params: { path: { id: deleted.id } } });
  await ocipe.POST('/api/fridge/ingredient/', { body: { name: 'Salt', group: 'Spices' } });
  await ocipe.POST('/api/grocery/list/', { body: { items: 'milk\nbutter' } });
  await ocipe.POST('/api/foods/', { body: { name: 'Cream', aliases: ['Crème'], density: '1 g/ml' } });
  const overrides = [{ food: 'cream', state: 'have' }];
  await ocipe.POST('/api/grocery/plan/', { body: { meals: [{ recipe: id, factor: '2' }], overrides, commit: true } });
}

// exported returns an export. It confirms the password first, because on a slow machine the login may be older than a second.
async function exported(ocipe) {
  for (;;) {
    await ocipe.reauthenticate(password);
    try {
      return await ocipe.exportAccount();
    } catch (error) {
      errorWith(401, 'reauthentication_required')(error);
    }
  }
}

// oldLogin exports until the login is too old. It returns the error.
async function oldLogin(ocipe) {
  for (;;) {
    try {
      await ocipe.exportAccount();
    } catch (error) {
      return error;
    }
  }
}

const countsOf = (content) => Object.fromEntries(Object.keys(counts).map((name) => [name, content[name].length]));

// withoutIds returns the lists of an export without ids. All plans and meals have the same recipe.
function withoutIds(content) {
  const lists = Object.fromEntries(Object.keys(counts).map((name) => [name, content[name]]));
  lists.plans = lists.plans.map(({ created_at }) => created_at);
  return JSON.parse(JSON.stringify(lists, (name, value) => (name === 'id' || name === 'recipe' ? undefined : value)));
}
