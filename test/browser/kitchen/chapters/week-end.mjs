// Sunday: the week is looked back at, and all is put away.
import assert from 'node:assert/strict';
import { seen } from '../../web-client/calls.mjs';
import * as grocery from '../grocery-page.mjs';
import { notice, press } from '../page.mjs';
import * as recipes from '../recipes-page.mjs';

const bread = 'Brot “wie früher” 🍞';
const many = Array.from({ length: 60 }, (_, i) => `Dish ${i + 1}`);

export function putsAllAway({ glance, step }) {
  const changed = (calls, page) => [calls, seen[page]];

  glance('chooses the recipes of a plan again, as often as they were in it', [], async (page) => {
    await grocery.reuse(page, 'Leek soup');
    assert.deepEqual(await grocery.chosen(page), ['Leek soup', bread, 'Leek soup']);
  });

  const deletes = [204, 404].map((status) => `DELETE /api/recipes/{id}/ ${status}`);
  step('deletes a recipe that was planned', [seen.Recipes, changed(deletes, 'Recipes')], async (page) => {
    await press(page, 'Recipes');
    await recipes.remove(page, bread);
    assert.deepEqual(await recipes.names(page), ['Fish and chips', 'Roast chicken', 'Leek soup']);
  });

  step('makes all recipes active again', changed('POST /api/recipes/refresh/ 200', 'Recipes'), async (page) => {
    await press(page, 'Make all active');
    assert.equal(await notice(page), '3 recipes are active.');
    for (const name of await recipes.names(page)) assert.match((await recipes.read(page, name)).facts, /, active$/);
  });

  glance('keeps the plans of a recipe that is gone', seen.Grocery, async (page) => {
    await press(page, 'Grocery');
    const gone = 'a deleted recipe';
    assert.deepEqual((await grocery.history(page)).all, [Array(4).fill(gone).join(', '), `Leek soup, ${gone}, Leek soup`]);
  });

  step('plans again what is left of a plan', changed('POST /api/grocery/ 200', 'Grocery'), async (page) => {
    await grocery.reuse(page, 'Leek soup');
    await grocery.generate(page);
    assert.deepEqual(await grocery.plan(page), { buy: ['leek 2 + 2'], have: ['potato 300 g + 300 g', 'salt'] });
    assert.deepEqual((await grocery.history(page)).recent, ['Leek soup, Leek soup']);
  });

  step('empties the checklist', changed('DELETE /api/grocery/list/ 204', 'Grocery'), async (page) => {
    await grocery.empty(page);
    assert.deepEqual(await grocery.lines(page), []);
  });

  step('forgets the plans', changed('DELETE /api/grocery/history/ 204', 'Grocery'), async (page) => {
    await grocery.forget(page);
    assert.deepEqual(await grocery.history(page), { recent: [], all: [] });
  });

  step('imports 60 recipes at once', [seen.Recipes, changed('POST /api/recipes/bulk/ 201', 'Recipes')], async (page) => {
    await press(page, 'Recipes');
    await recipes.importText(page, many.map((name) => `${name} | any | 1 | weekday | ${name}'s note\nsalt: a pinch\nwater`).join('\n\n'));
    assert.deepEqual(await recipes.names(page), [...many.toReversed(), 'Fish and chips', 'Roast chicken', 'Leek soup']);
  });

  step('deletes all recipes', changed('DELETE /api/recipes/ 204', 'Recipes'), async (page) => {
    await press(page, 'Delete all');
    assert.deepEqual(await recipes.names(page), []);
  });
}
