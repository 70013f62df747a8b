// Two tabs of one browser make changes at the same time, independently of each other.
import assert from 'node:assert/strict';
import { anonymous, loaded, loggedIn, opened, refetched, twice } from '../../web-client/calls.mjs';
import * as fridge from '../fridge-page.mjs';
import * as grocery from '../grocery-page.mjs';
import { storedContent, press, reload, state } from '../page.mjs';
import * as recipes from '../recipes-page.mjs';
import { cook, logIn, register } from './registration.mjs';

const pancakes = 'Pancakes | sweet | 1 | weekend\nmilk: 250 ml\nflour: 125 g';
const guest = { Name: 'guest@example.org', Password: 'nothing but toast' };

export function testTwoTabs({ step, tab, screenshotOf }) {
  let other;
  const both = (page, act) => Promise.all([page, other].map(act)); // calls act(page, index)

  // assertSame reloads the data of both tabs. They must show the same data.
  async function assertSame(page) {
    await both(page, (one) => press(one, 'Reload the data'));
    assert.equal(await storedContent(page), await storedContent(other));
  }

  step('opens a second tab, which is logged in', loggedIn, async () => {
    other = await tab();
    assert.equal(await state(other), 'app');
  });

  step('reloads both tabs at once', twice(loggedIn), (page) => both(page, reload));

  const added = ['POST /api/recipes/bulk/ 201', opened.Recipes, twice(loaded)];
  step('sees in one tab a recipe that was added in the other', added, async (page) => {
    await recipes.importText(page, pancakes);
    await assertSame(page);
    assert.deepEqual(await recipes.names(other), ['Pancakes']);
  });

  const edits = Array(4).fill('PUT /api/recipes/{id}/ 200');
  step('edits one recipe in both tabs at once: one of them wins', [edits, twice(opened.Recipes, loaded)], async (page) => {
    await both(page, (one, i) => recipes.edit(one, 'Pancakes', { Name: `Pancakes of tab ${i}`, Ingredients: `milk: ${i} l` }));
    await assertSame(page);
    const [name] = await recipes.names(page);
    assert.deepEqual((await recipes.read(page, name)).ingredients, [`milk ${name.at(-1)} l`]);
  });

  const deletes = Array(4).fill('DELETE /api/recipes/{id}/ 204');
  step('deletes one recipe in both tabs at once', [deletes, twice(opened.Recipes)], async (page) => {
    const [name] = await recipes.names(page);
    await both(page, (one) => recipes.remove(one, name));
    await both(page, async (one) => assert.deepEqual(await recipes.names(one), []));
  });

  const moves = twice(opened.Fridge, 'PUT /api/fridge/ingredient/{id}/ 200', opened.Fridge, refetched.Fridge);
  step('drags one ingredient to two groups at once: it ends in one', moves, async (page) => {
    await both(page, (one) => press(one, 'Fridge'));
    await both(page, (one, i) => fridge.drag(one, 'Thyme', 'Zutaten', ['a pantry', 'Öl & Gemüse'][i]));
    await assertSame(page);
    assert.equal((await fridge.groups(page)).flat().filter((text) => text === 'Thyme').length, 1);
  });

  const lines = twice(opened.Grocery, 'POST /api/grocery/list/ 201', opened.Grocery, refetched.Grocery);
  step('adds to the checklist in both tabs at once: nothing is lost', lines, async (page) => {
    await both(page, (one) => press(one, 'Grocery'));
    await both(page, (one, i) => grocery.write(one, `first of ${i}\nsecond of ${i}`));
    await assertSame(page);
    const written = await grocery.lines(page);
    assert.deepEqual(written.toSorted(), ['first of 0', 'first of 1', 'second of 0', 'second of 1']);
    for (const i of [0, 1]) assert.ok(written.indexOf(`second of ${i}`) < written.indexOf(`first of ${i}`));
  });

  const ticks = twice('PATCH /api/grocery/list/{id}/ 200', opened.Grocery, refetched.Grocery);
  step('ticks different lines in both tabs at once', ticks, async (page) => {
    await both(page, (one, i) => grocery.tick(one, `first of ${i}`));
    await assertSame(page);
    assert.deepEqual((await grocery.lines(page)).toSorted(), ['second of 0', 'second of 1', '✓ first of 0', '✓ first of 1']);
  });

  const choice = [opened.Recipes, 'POST /api/recipes/bulk/ 201', opened.Recipes, opened.Grocery];
  const deletion = [opened.Recipes, 'DELETE /api/recipes/{id}/ 204', 'DELETE /api/recipes/{id}/ 204', opened.Recipes];
  const emptyPlan = ['POST /api/grocery/ 200', opened.Grocery, refetched.Grocery];
  step('plans without a recipe that the other tab has deleted', [choice, deletion, emptyPlan], async (page) => {
    await press(page, 'Recipes');
    await recipes.importText(page, pancakes);
    await press(page, 'Grocery');
    await grocery.choose(page, 'Pancakes', 'Pancakes');

    await press(other, 'Recipes');
    await recipes.remove(other, 'Pancakes');

    await grocery.generate(page);
    assert.deepEqual(await grocery.plan(page), { buy: [], have: [] });
    await press(page, 'Reload the data');
    const gone = 'a deleted recipe, a deleted recipe';
    assert.deepEqual(await grocery.history(page), { recent: [gone], all: [gone] });
  });

  const failedThere = ['POST /api/recipes/refresh/ 401', 'POST /api/user/token/refresh/ 400', 'POST /api/user/logout/ 204'];
  step('logs out in one tab, which logs out the other', ['POST /api/user/logout/ 204', anonymous, failedThere], async (page) => {
    await press(page, 'Log out');
    await press(other, 'Make all active');
    assert.deepEqual(await both(page, state), ['login', 'login']);
  });

  const guestLogin = ['POST /api/user/register/ 201', 'POST /api/user/token/ 200', loaded, opened.Fridge, opened.Grocery];
  step('shows another user no data of the first', guestLogin, async () => {
    await register(other, guest);
    await logIn(other, guest);
    assert.deepEqual(await recipes.names(other), []);
    await press(other, 'Fridge');
    assert.deepEqual(await fridge.groups(other), []);
    await press(other, 'Grocery');
    assert.deepEqual(await grocery.lines(other), []);
  });

  const cookLogin = ['POST /api/user/logout/ 204', anonymous, 'POST /api/user/token/ 200', refetched.Grocery, opened.Fridge];
  step('sees all data again after the other user has logged out', cookLogin, async (page) => {
    await press(other, 'Log out');
    await logIn(page, { ...cook, Name: 'amélie' });
    assert.equal((await grocery.lines(page)).length, 4);
    await press(page, 'Fridge');
    assert.deepEqual((await fridge.groups(page)).map(([name]) => name), ['Öl & Gemüse', 'a pantry', 'Zutaten']);
    await screenshotOf(page, 'the fridge at the end');
  });
}
