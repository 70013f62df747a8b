// Sunday: the user looks back at the week and deletes everything.
import assert from 'node:assert/strict';
import { opened } from '../../web-client/calls.mjs';
import * as grocery from '../grocery-page.mjs';
import { notice, press } from '../page.mjs';
import * as recipes from '../recipes-page.mjs';

const bread = 'Brot “wie früher” 🍞';
const many = Array.from({ length: 60 }, (_, i) => `Dish ${i + 1}`);

export function testCleanUp({ step, stepAndReload }) {
  const changed = (calls, page) => [calls, opened[page]];

  step('chooses the recipes of a plan again, with repeats', [], async (page) => {
    await grocery.reuse(page, 'Leek soup');
    assert.deepEqual(await grocery.chosen(page), ['Leek soup', bread, 'Leek soup']);
  });

  const deletes = [204, 204].map((status) => `DELETE /api/recipes/{id}/ ${status}`);
  stepAndReload('deletes a recipe that was planned', [opened.Recipes, changed(deletes, 'Recipes')], async (page) => {
    await press(page, 'Recipes');
    await recipes.remove(page, bread);
    assert.deepEqual(await recipes.names(page), ['Fish and chips', 'Roast chicken', 'Leek soup']);
  });

  stepAndReload('makes all recipes active again', changed('POST /api/recipes/refresh/ 200', 'Recipes'), async (page) => {
    await press(page, 'Make all active');
    assert.equal(await notice(page), '3 recipes are active.');
    for (const name of await recipes.names(page)) assert.match((await recipes.read(page, name)).facts, /, active$/);
  });

  step('still sees plans of a deleted recipe', opened.Grocery, async (page) => {
    await press(page, 'Grocery');
    const gone = 'a deleted recipe';
    assert.deepEqual((await grocery.history(page)).all, [Array(4).fill(gone).join(', '), `Leek soup, ${gone}, Leek soup`]);
  });

  stepAndReload('plans the remaining recipes of a plan again', changed('POST /api/grocery/ 200', 'Grocery'), async (page) => {
    await grocery.reuse(page, 'Leek soup');
    await grocery.generate(page);
    assert.deepEqual(await grocery.plan(page), { buy: ['leek 2 + 2'], have: ['potato 300 g + 300 g', 'salt'] });
    assert.deepEqual((await grocery.history(page)).recent, ['Leek soup, Leek soup']);
  });

  stepAndReload('empties the checklist', changed('DELETE /api/grocery/list/ 204', 'Grocery'), async (page) => {
    await grocery.empty(page);
    assert.deepEqual(await grocery.lines(page), []);
  });

  stepAndReload('deletes the plans', changed('DELETE /api/grocery/history/ 204', 'Grocery'), async (page) => {
    await grocery.forget(page);
    assert.deepEqual(await grocery.history(page), { recent: [], all: [] });
  });

  stepAndReload('imports 60 recipes at once', [opened.Recipes, changed('POST /api/recipes/bulk/ 201', 'Recipes')], async (page) => {
    await press(page, 'Recipes');
    await recipes.importText(page, many.map((name) => `${name} | any | 1 | weekday | ${name}'s note\nsalt: a pinch\nwater`).join('\n\n'));
    assert.deepEqual(await recipes.names(page), [...many.toReversed(), 'Fish and chips', 'Roast chicken', 'Leek soup']);
  });

  stepAndReload('deletes all recipes', changed('DELETE /api/recipes/ 204', 'Recipes'), async (page) => {
    await press(page, 'Delete all');
    assert.deepEqual(await recipes.names(page), []);
  });
}
