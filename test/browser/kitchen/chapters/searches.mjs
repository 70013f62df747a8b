// Still Monday: something is looked for in the cookbook.
import assert from 'node:assert/strict';
import { seen } from '../../web-client/calls.mjs';
import * as recipes from '../recipes-page.mjs';

const bread = 'Brot “wie früher” 🍞';
const all = [bread, 'Fish and chips', 'Roast chicken', 'Leek soup'];

export function searchesIt({ glance, picture }) {
  const get = (query) => [`GET /api/recipes?${query} 200`];

  glance('finds by ingredients, the best match first, with the accuracy', get('ingredients=potato%2C+LEEK%2C'), async (page) => {
    await recipes.search(page, { 'With ingredients': 'potato, LEEK,' });
    assert.deepEqual(await recipes.accuracies(page), [['Leek soup', '66 %'], ['Fish and chips', '33 %']]);
    await picture(page, 'a search by ingredients');
  });

  glance('counts an ingredient that a recipe has twice once', get('ingredients=flour'), async (page) => {
    await recipes.search(page, { 'With ingredients': 'flour' });
    assert.deepEqual(await recipes.accuracies(page), [[bread, '50 %']]);
  });

  glance('finds equal matches by accuracy, then the newest first', get('ingredients=salt'), async (page) => {
    await recipes.search(page, { 'With ingredients': 'salt' });
    assert.deepEqual(await recipes.accuracies(page), [[bread, '50 %'], ['Roast chicken', '33 %'], ['Leek soup', '33 %']]);
  });

  glance('finds nothing with an ingredient that no recipe has', get('ingredients=caviar'), async (page) => {
    await recipes.search(page, { 'With ingredients': 'caviar' });
    assert.deepEqual(await recipes.names(page), []);
  });

  const allOfThem = all.map((name) => [name, undefined]);
  glance('finds everything with nothing but a comma, and no accuracy', get('ingredients=+%2C'), async (page) => {
    await recipes.search(page, { 'With ingredients': ' ,' });
    assert.deepEqual(await recipes.accuracies(page), allOfThem);
  });

  glance('finds a text without regard to case, also in a note', get('search=FRY+TWICE'), async (page) => {
    await recipes.search(page, { 'With the text': 'FRY TWICE' });
    assert.deepEqual(await recipes.accuracies(page), [['Fish and chips', undefined]]);
  });

  glance('finds an umlaut in capitals', get('search=FR%C3%9CHER'), async (page) => {
    await recipes.search(page, { 'With the text': 'FRÜHER' });
    assert.deepEqual(await recipes.names(page), [bread]);
  });

  const combined = get('ingredients=salt&search=e&ordering=-name');
  glance('combines a search by ingredients with a text and an order', combined, async (page) => {
    await recipes.search(page, { 'With ingredients': 'salt', 'With the text': 'e', Order: '-name' });
    assert.deepEqual(await recipes.accuracies(page), [['Roast chicken', '33 %'], ['Leek soup', '33 %'], [bread, '50 %']]);
  });

  glance('orders by name', get('ordering=name'), async (page) => {
    await recipes.search(page, { Order: 'name' });
    assert.deepEqual(await recipes.names(page), [bread, 'Fish and chips', 'Leek soup', 'Roast chicken']);
  });

  glance('shows all again, without an accuracy', seen.Recipes, async (page) => {
    await recipes.search(page, {});
    assert.deepEqual(await recipes.accuracies(page), allOfThem);
  });
}
