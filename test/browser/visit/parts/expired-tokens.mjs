// Every access token expires before the next call. The call fails with 401; the client refreshes and repeats it.
import assert from 'node:assert/strict';
import { anonymous, loaded, loggedIn, opened, twice } from '../../web-client/calls.mjs';
import * as fridge from '../fridge-page.mjs';
import * as grocery from '../grocery-page.mjs';
import { notice, press, state } from '../page.mjs';
import * as recipes from '../recipes-page.mjs';
import { cook, logIn, register } from './registration.mjs';

export function testExpiredTokens({ step, tab, responses }) {
  let other;

  // afterExpiry runs a step after the latest access token has expired; the client doesn't know that.
  const afterExpiry = (name, calls, run) => step(name, calls, async (page) => {
    const expiry = Math.max(...responses.map(expiryOf));
    await page.waitForFunction((time) => Date.now() > time, expiry * 1000, { polling: 50 });
    const unauthorized = page.waitForResponse((response) => response.status() === 401);
    await run(page);
    await unauthorized;
  });

  step('sees the login form', anonymous, async (page) => assert.equal(await state(page), 'login'));

  const login = ['POST /api/user/register/ 201', 'POST /api/user/token/ 200', loaded];
  step('logs in and opens a second tab', [login, loggedIn], async (page) => {
    await register(page, cook);
    await logIn(page, cook);
    other = await tab();
  });

  afterExpiry('imports recipes, each once', ['POST /api/recipes/bulk/ 201', opened.Recipes], async (page) => {
    await recipes.importText(page, 'Toast | any | 1 | weekday\nbread: 2\n\nTea | any | 1 | weekday\ntea');
    assert.deepEqual(await recipes.names(page), ['Tea', 'Toast']);
  });

  afterExpiry('edits a recipe with two requests at once', [twice('PUT /api/recipes/{id}/ 200'), opened.Recipes], async (page) => {
    await recipes.edit(page, 'Toast', { Ingredients: 'bread: 3\nbutter' });
    assert.deepEqual((await recipes.read(page, 'Toast')).ingredients, ['bread 3', 'butter']);
  });

  afterExpiry('makes all recipes active, without a body', ['POST /api/recipes/refresh/ 200', opened.Recipes], async (page) => {
    await press(page, 'Make all active');
    assert.equal(await notice(page), '2 recipes are active.');
  });

  const filled = twice('POST /api/fridge/ingredient/ 201', opened.Fridge);
  const dragged = ['PUT /api/fridge/ingredient/{id}/ 200', opened.Fridge];
  afterExpiry('fills the fridge and drags an ingredient', [opened.Fridge, filled, dragged], async (page) => {
    await press(page, 'Fridge');
    await fridge.add(page, 'Butter', 'Dairy');
    await fridge.add(page, 'Tea', 'Pantry');
    await fridge.drag(page, 'Tea', 'Pantry', 'Dairy');
    assert.deepEqual(await fridge.groups(page), [['Dairy', 'Butter', 'Tea']]);
  });

  const planned = [opened.Grocery, 'POST /api/grocery/ 200', opened.Grocery, 'POST /api/grocery/list/ 201', opened.Grocery];
  afterExpiry('plans in both tabs at once', [twice(planned), opened.Grocery], async (page) => {
    await Promise.all([page, other].map(async (one) => {
      await press(one, 'Grocery');
      await grocery.choose(one, 'Toast', 'Toast');
      await grocery.generate(one);
      assert.deepEqual(await grocery.plan(one), { buy: ['bread 3 + 3'], have: ['butter'] });
      await grocery.save(one);
    }));
    await press(page, 'Grocery');
    assert.deepEqual(await grocery.lines(page), ['bread 3 + 3', 'bread 3 + 3']);
  });
}

// expiryOf returns the expiry time of the access token in a response, or 0 if there is no token.
function expiryOf({ body }) {
  const [, claims] = body.match(/"access":"[\w-]+\.([\w-]+)\./) ?? [];
  return claims ? JSON.parse(Buffer.from(claims, 'base64url')).exp : 0;
}
