// Monday: the user writes the cookbook.
import assert from 'node:assert/strict';
import { opened } from '../../web-client/calls.mjs';
import { notice, press, problem } from '../page.mjs';
import * as recipes from '../recipes-page.mjs';

const cookbook = `
Leek soup | vegetarian | 3 | weekday | Better on the second day.
Leek: 2
Potato: 300 g
Salt

Roast chicken | chicken | 2 | weekend
Chicken: 1.5 kg
Thyme: 1 bunch
Salt

Fish & chips | fish | 1 | rarely
Cod: 400 g
POTATO: 500 g
Oil
`;

const bread = {
  Name: 'Brot “wie früher” 🍞', Category: 'vegetarian', Longevity: '5', Frequency: 'weekend',
  Ingredients: 'Flour: 400 g\nsalt: 2 tsp\nflour: 100 g for the table', Note: 'Knead.\n\nWait <an hour> & bake.',
};

export function testRecipes({ step, stepAndReload, screenshotOf }) {
  const changed = (...calls) => [...calls, opened.Recipes];

  stepAndReload('imports a cookbook from a text area', changed('POST /api/recipes/bulk/ 201'), async (page) => {
    await recipes.importText(page, cookbook);
    assert.equal(await notice(page), 'Imported: Leek soup, Roast chicken, Fish & chips');
    assert.deepEqual(await recipes.names(page), ['Fish & chips', 'Roast chicken', 'Leek soup']);
  });

  step('sees the imported recipes, with ingredients in lower case and in the same order', [], async (page) => {
    assert.deepEqual(await recipes.read(page, 'Leek soup'), {
      facts: 'vegetarian, 3, weekday, active', ingredients: ['leek 2', 'potato 300 g', 'salt'], note: 'Better on the second day.',
    });
  });

  step('sees an empty note if it was omitted', [], async (page) => {
    assert.deepEqual(await recipes.read(page, 'Fish & chips'), {
      facts: 'fish, 1, rarely, active', ingredients: ['cod 400 g', 'potato 500 g', 'oil'], note: '',
    });
  });

  step('imports nothing if one recipe is invalid, and sees which', ['POST /api/recipes/bulk/ 400'], async (page) => {
    await recipes.importText(page, 'Toast | vegetarian | 0 | weekday\nbread: 1\n\nCake | sweet | 3 | always\nflour');
    assert.match(await problem(page), /list\.1\.frequency: /);
  });

  stepAndReload('adds a recipe with the form, above the others', changed('POST /api/recipes/ 201'), async (page) => {
    await recipes.add(page, bread);
    assert.deepEqual(await recipes.names(page), [bread.Name, 'Fish & chips', 'Roast chicken', 'Leek soup']);
  });

  step('sees it as typed, with the same ingredient twice', [], async (page) => {
    assert.deepEqual(await recipes.read(page, bread.Name), {
      facts: 'vegetarian, 5, weekend, active',
      ingredients: ['flour 400 g', 'salt 2 tsp', 'flour 100 g for the table'],
      note: bread.Note,
    });
  });

  stepAndReload('adds a recipe without ingredients', changed('POST /api/recipes/ 201'), async (page) => {
    await recipes.add(page, { Name: 'Glass of water', Category: 'none', Longevity: '0', Frequency: 'weekday' });
    assert.deepEqual(await recipes.read(page, 'Glass of water'), { facts: 'none, 0, weekday, active', ingredients: [], note: '' });
  });

  step('can\'t add a recipe without a name, and sees why', ['POST /api/recipes/ 400'], async (page) => {
    await recipes.add(page, { Name: ' ', Category: 'none' });
    assert.match(await problem(page), /name: /);
    assert.equal((await recipes.names(page)).length, 5);
  });

  const twice = (call, ...statuses) => statuses.map((status) => `${call} /api/recipes/{id}/ ${status}`);
  let added;
  stepAndReload('edits a recipe with two requests at once', changed(...twice('PUT', 200, 200)), async (page) => {
    added = await recipes.date(page, 'Fish & chips');
    await recipes.edit(page, 'Fish & chips', {
      Name: 'Fish and chips', Ingredients: 'cod: 600 g\npotato: 1 kg\nvinegar', Note: 'Fry twice.',
    });
    assert.deepEqual(await recipes.read(page, 'Fish and chips'), {
      facts: 'fish, 1, rarely, active', ingredients: ['cod 600 g', 'potato 1 kg', 'vinegar'], note: 'Fry twice.',
    });
  });

  step('sees an edited recipe with the same place and date', [], async (page) => {
    assert.equal((await recipes.names(page))[2], 'Fish and chips');
    assert.equal(await recipes.date(page, 'Fish and chips'), added);
  });

  stepAndReload('deletes a note', changed(...twice('PUT', 200, 200)), async (page) => {
    await recipes.edit(page, 'Leek soup', { Note: '' });
    assert.deepEqual((await recipes.read(page, 'Leek soup')).note, '');
  });

  stepAndReload('marks a recipe as used', changed(...twice('PUT', 200, 200)), async (page) => {
    await recipes.edit(page, 'Roast chicken', { State: 'used' });
    assert.equal((await recipes.read(page, 'Roast chicken')).facts, 'chicken, 2, weekend, used');
  });

  stepAndReload('deletes a recipe with two requests at once', changed(...twice('DELETE', 204, 204)), async (page) => {
    await recipes.remove(page, 'Glass of water');
    assert.deepEqual(await recipes.names(page), [bread.Name, 'Fish and chips', 'Roast chicken', 'Leek soup']);
    await screenshotOf(page, 'the cookbook');
  });

  step('counts the recipes', ['GET /api/recipes/stats 200'], async (page) => {
    await press(page, 'Statistics');
    assert.equal(await notice(page), 'chicken 0/1, fish 1/1, vegetarian 2/2, rarely 1/1, weekday 1/1, weekend 1/2');
  });
}
