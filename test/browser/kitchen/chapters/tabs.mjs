// Two tabs of one browser, which do things at once and know nothing of each other.
import assert from 'node:assert/strict';
import { again, anonymous, loggedIn, seen, shown, twice } from '../../web-client/calls.mjs';
import * as fridge from '../fridge-page.mjs';
import * as grocery from '../grocery-page.mjs';
import { kept, press, problem, reload, state } from '../page.mjs';
import * as recipes from '../recipes-page.mjs';
import { cook, logIn, register } from './arrival.mjs';

const pancakes = 'Pancakes | sweet | 1 | weekend\nmilk: 250 ml\nflour: 125 g';
const guest = { Name: 'guest@example.org', Password: 'nothing but toast' };

export function usesTwoTabs({ glance, tab, picture }) {
  let other;
  const both = (page, act) => Promise.all([page, other].map(act)); // act(one, i), i being 0 or 1

  // alike makes sure that both tabs show the same when they have looked again.
  async function alike(page) {
    await both(page, (one) => press(one, 'Look again'));
    assert.equal(await kept(page), await kept(other));
  }

  glance('opens a second tab, which is logged in', loggedIn, async () => {
    other = await tab();
    assert.equal(await state(other), 'kitchen');
  });

  glance('reloads both tabs at once', twice(loggedIn), (page) => both(page, reload));

  const added = ['POST /api/recipes/bulk/ 201', seen.Recipes, twice(shown)];
  glance('sees in one tab what was added in the other', added, async (page) => {
    await recipes.importText(page, pancakes);
    await alike(page);
    assert.deepEqual(await recipes.names(other), ['Pancakes']);
  });

  const edits = Array(4).fill('PUT /api/recipes/{id}/ 200');
  glance('edits one recipe in both tabs at once: one of them wins', [edits, twice(seen.Recipes, shown)], async (page) => {
    await both(page, (one, i) => recipes.edit(one, 'Pancakes', { Name: `Pancakes of tab ${i}`, Ingredients: `milk: ${i} l` }));
    await alike(page);
    const [name] = await recipes.names(page);
    assert.deepEqual((await recipes.read(page, name)).ingredients, [`milk ${name.at(-1)} l`]);
  });

  const deletes = ['DELETE /api/recipes/{id}/ 204', ...Array(3).fill('DELETE /api/recipes/{id}/ 404')];
  glance('deletes one recipe in both tabs at once', [deletes, twice(seen.Recipes)], async (page) => {
    const [name] = await recipes.names(page);
    await both(page, (one) => recipes.remove(one, name));
    await both(page, async (one) => assert.deepEqual(await recipes.names(one), []));
  });

  const moves = twice(seen.Fridge, 'PUT /api/fridge/ingredient/{id}/ 200', seen.Fridge, again.Fridge);
  glance('drags one ingredient to two groups at once: it ends in one', moves, async (page) => {
    await both(page, (one) => press(one, 'Fridge'));
    await both(page, (one, i) => fridge.drag(one, 'Thyme', 'Zutaten', ['a pantry', 'Öl & Gemüse'][i]));
    await alike(page);
    assert.equal((await fridge.groups(page)).flat().filter((text) => text === 'Thyme').length, 1);
  });

  const lines = twice(seen.Grocery, 'POST /api/grocery/list/ 201', seen.Grocery, again.Grocery);
  glance('writes on the checklist in both tabs at once: nothing is lost', lines, async (page) => {
    await both(page, (one) => press(one, 'Grocery'));
    await both(page, (one, i) => grocery.write(one, `first of ${i}\nsecond of ${i}`));
    await alike(page);
    const written = await grocery.lines(page);
    assert.deepEqual(written.toSorted(), ['first of 0', 'first of 1', 'second of 0', 'second of 1']);
    for (const i of [0, 1]) assert.ok(written.indexOf(`second of ${i}`) < written.indexOf(`first of ${i}`));
  });

  const ticks = twice('PATCH /api/grocery/list/{id}/ 200', seen.Grocery, again.Grocery);
  glance('ticks different lines in both tabs at once', ticks, async (page) => {
    await both(page, (one, i) => grocery.tick(one, `first of ${i}`));
    await alike(page);
    assert.deepEqual((await grocery.lines(page)).toSorted(), ['second of 0', 'second of 1', '✓ first of 0', '✓ first of 1']);
  });

  const choice = [seen.Recipes, 'POST /api/recipes/bulk/ 201', seen.Recipes, seen.Grocery];
  const deletion = [seen.Recipes, 'DELETE /api/recipes/{id}/ 204', 'DELETE /api/recipes/{id}/ 404', seen.Recipes];
  const refusal = ['POST /api/grocery/ 404', again.Grocery];
  glance('plans nothing with a recipe that the other tab has deleted', [choice, deletion, refusal], async (page) => {
    await press(page, 'Recipes');
    await recipes.importText(page, pancakes);
    await press(page, 'Grocery');
    await grocery.choose(page, 'Pancakes', 'Pancakes');

    await press(other, 'Recipes');
    await recipes.remove(other, 'Pancakes');

    await grocery.generate(page);
    assert.equal(await problem(page), 'The requested resource was not found.');
    await press(page, 'Look again');
    assert.deepEqual(await grocery.history(page), { recent: [], all: [] });
  });

  const refusedThere = ['POST /api/recipes/refresh/ 401', 'POST /api/user/token/refresh/ 400', 'POST /api/user/logout/ 204'];
  glance('is logged out in both tabs by the one', ['POST /api/user/logout/ 204', anonymous, refusedThere], async (page) => {
    await press(page, 'Log out');
    await press(other, 'Make all active');
    assert.deepEqual(await both(page, state), ['login', 'login']);
  });

  const guestComes = ['POST /api/user/register/ 201', 'POST /api/user/token/ 200', shown, seen.Fridge, seen.Grocery];
  glance('shows another person nothing of what is here', guestComes, async () => {
    await register(other, guest);
    await logIn(other, guest);
    assert.deepEqual(await recipes.names(other), []);
    await press(other, 'Fridge');
    assert.deepEqual(await fridge.groups(other), []);
    await press(other, 'Grocery');
    assert.deepEqual(await grocery.lines(other), []);
  });

  const cookComesBack = ['POST /api/user/logout/ 204', anonymous, 'POST /api/user/token/ 200', again.Grocery, seen.Fridge];
  glance('finds everything again after the other has left', cookComesBack, async (page) => {
    await press(other, 'Log out');
    await logIn(page, { ...cook, Name: 'amélie' });
    assert.equal((await grocery.lines(page)).length, 4);
    await press(page, 'Fridge');
    assert.deepEqual((await fridge.groups(page)).map(([name]) => name), ['Öl & Gemüse', 'a pantry', 'Zutaten']);
    await picture(page, 'the fridge at the end');
  });
}
