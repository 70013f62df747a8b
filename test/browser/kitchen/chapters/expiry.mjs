// A slow day: every access token expires before it is used again, and each call is refused, renewed and repeated.
import assert from 'node:assert/strict';
import { anonymous, loggedIn, seen, shown, twice } from '../../web-client/calls.mjs';
import * as fridge from '../fridge-page.mjs';
import * as grocery from '../grocery-page.mjs';
import { notice, press, state } from '../page.mjs';
import * as recipes from '../recipes-page.mjs';
import { cook, logIn, register } from './arrival.mjs';

export function takesItsTime({ glance, tab, heard }) {
  let other;

  // late is a glance when the last access token has expired, which the client doesn't know.
  const late = (name, calls, run) => glance(name, calls, async (page) => {
    const expiry = Math.max(...heard.map(expiryOf));
    await page.waitForFunction((time) => Date.now() > time, expiry * 1000);
    const refusal = page.waitForResponse((response) => response.status() === 401);
    await run(page);
    await refusal;
  });

  glance('begins with the login form', anonymous, async (page) => assert.equal(await state(page), 'login'));

  const login = ['POST /api/user/register/ 201', 'POST /api/user/token/ 200', shown];
  glance('goes on with a login, and a second tab', [login, loggedIn], async (page) => {
    await register(page, cook);
    await logIn(page, cook);
    other = await tab();
  });

  late('imports recipes, each once', ['POST /api/recipes/bulk/ 201', seen.Recipes], async (page) => {
    await recipes.importText(page, 'Toast | any | 1 | weekday\nbread: 2\n\nTea | any | 1 | weekday\ntea');
    assert.deepEqual(await recipes.names(page), ['Tea', 'Toast']);
  });

  late('edits a recipe, sending it twice at once', [twice('PUT /api/recipes/{id}/ 200'), seen.Recipes], async (page) => {
    await recipes.edit(page, 'Toast', { Ingredients: 'bread: 3\nbutter' });
    assert.deepEqual((await recipes.read(page, 'Toast')).ingredients, ['bread 3', 'butter']);
  });

  late('makes all recipes active, without a body', ['POST /api/recipes/refresh/ 200', seen.Recipes], async (page) => {
    await press(page, 'Make all active');
    assert.equal(await notice(page), '2 recipes are active.');
  });

  const filled = twice('POST /api/fridge/ingredient/ 201', seen.Fridge);
  const dragged = ['PUT /api/fridge/ingredient/{id}/ 200', seen.Fridge];
  late('fills the fridge and drags in it', [seen.Fridge, filled, dragged], async (page) => {
    await press(page, 'Fridge');
    await fridge.add(page, 'Butter', 'Dairy');
    await fridge.add(page, 'Tea', 'Pantry');
    await fridge.drag(page, 'Tea', 'Pantry', 'Dairy');
    assert.deepEqual(await fridge.groups(page), [['Dairy', 'Butter', 'Tea']]);
  });

  const planned = [seen.Grocery, 'POST /api/grocery/ 200', seen.Grocery, 'POST /api/grocery/list/ 201', seen.Grocery];
  late('plans in both tabs at once', [twice(planned), seen.Grocery], async (page) => {
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

// expiryOf reads when the access token in an answer expires, if there is one.
function expiryOf({ body }) {
  const [, claims] = body.match(/"access":"[\w-]+\.([\w-]+)\./) ?? [];
  return claims ? JSON.parse(Buffer.from(claims, 'base64url')).exp : 0;
}
