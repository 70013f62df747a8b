// Monday: the user searches the cookbook.
import assert from 'node:assert/strict';
import { opened } from '../../web-client/calls.mjs';
import * as recipes from '../recipes-page.mjs';

const bread = 'Brot “wie früher” 🍞';
const all = [bread, 'Fish and chips', 'Roast chicken', 'Leek soup'];

export function testSearch({ step, screenshotOf }) {
  const get = (query) => [`GET /api/recipes?${query} 200`];

  step('finds by ingredients, the best match first, with the accuracy', get('ingredients=potato%2C+LEEK%2C'), async (page) => {
    await recipes.search(page, { 'With ingredients': 'potato, LEEK,' });
    assert.deepEqual(await recipes.accuracies(page), [['Leek soup', '66 %'], ['Fish and chips', '33 %']]);
    await screenshotOf(page, 'a search by ingredients');
  });

  step('counts an ingredient once if a recipe has it twice', get('ingredients=flour'), async (page) => {
    await recipes.search(page, { 'With ingredients': 'flour' });
    assert.deepEqual(await recipes.accuracies(page), [[bread, '50 %']]);
  });

  step('finds recipes with equal matches by accuracy, then the newest first', get('ingredients=salt'), async (page) => {
    await recipes.search(page, { 'With ingredients': 'salt' });
    assert.deepEqual(await recipes.accuracies(page), [[bread, '50 %'], ['Roast chicken', '33 %'], ['Leek soup', '33 %']]);
  });

  step('finds nothing if no recipe has the ingredient', get('ingredients=caviar'), async (page) => {
    await recipes.search(page, { 'With ingredients': 'caviar' });
    assert.deepEqual(await recipes.names(page), []);
  });

  const allWithoutAccuracy = all.map((name) => [name, undefined]);
  step('finds everything if the ingredients are only a comma, without an accuracy', get('ingredients=+%2C'), async (page) => {
    await recipes.search(page, { 'With ingredients': ' ,' });
    assert.deepEqual(await recipes.accuracies(page), allWithoutAccuracy);
  });

  step('finds a text in any case, also in a note', get('search=FRY+TWICE'), async (page) => {
    await recipes.search(page, { 'With the text': 'FRY TWICE' });
    assert.deepEqual(await recipes.accuracies(page), [['Fish and chips', undefined]]);
  });

  step('finds an umlaut in capitals', get('search=FR%C3%9CHER'), async (page) => {
    await recipes.search(page, { 'With the text': 'FRÜHER' });
    assert.deepEqual(await recipes.names(page), [bread]);
  });

  const combined = get('ingredients=salt&search=e&ordering=-name');
  step('combines a search by ingredients with a text and an order', combined, async (page) => {
    await recipes.search(page, { 'With ingredients': 'salt', 'With the text': 'e', Order: '-name' });
    assert.deepEqual(await recipes.accuracies(page), [['Roast chicken', '33 %'], ['Leek soup', '33 %'], [bread, '50 %']]);
  });

  step('orders by name', get('ordering=name'), async (page) => {
    await recipes.search(page, { Order: 'name' });
    assert.deepEqual(await recipes.names(page), [bread, 'Fish and chips', 'Leek soup', 'Roast chicken']);
  });

  step('sees all recipes again, without an accuracy', opened.Recipes, async (page) => {
    await recipes.search(page, {});
    assert.deepEqual(await recipes.accuracies(page), allWithoutAccuracy);
  });
}
