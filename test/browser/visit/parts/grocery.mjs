// Wednesday to Saturday: the user plans and shops.
import assert from 'node:assert/strict';
import { opened } from '../../web-client/calls.mjs';
import * as grocery from '../grocery-page.mjs';
import { press, problem } from '../page.mjs';

const bread = 'Brot “wie früher” 🍞';

export function testGroceries({ step, stepAndReload, screenshotOf }) {
  const changed = (...calls) => [...calls, opened.Grocery];
  const oneItem = (method, status) => changed(`${method} /api/grocery/list/{id}/ ${status}`);

  stepAndReload('sees no plans and an empty checklist', opened.Grocery, async (page) => {
    await press(page, 'Grocery');
    assert.deepEqual(await grocery.lines(page), []);
    assert.deepEqual(await grocery.history(page), { recent: [], all: [] });
  });

  step('can\'t plan without a recipe', ['POST /api/grocery/ 400'], async (page) => {
    await grocery.generate(page);
    assert.match(await problem(page), /recipe_ids: /);
  });

  step('chooses recipes, one of them twice', [], async (page) => {
    await grocery.choose(page, 'Leek soup', bread, 'Leek soup');
    assert.deepEqual(await grocery.chosen(page), ['Leek soup', bread, 'Leek soup']);
  });

  step('generates the list, without ingredients of the fridge, in any case', changed('POST /api/grocery/ 200'), async (page) => {
    await grocery.generate(page);
    assert.deepEqual(await grocery.plan(page), {
      buy: ['leek 2 + 2', 'flour 400 g + 100 g for the table'], have: ['potato 300 g + 300 g', 'salt 2 tsp'],
    });
    await screenshotOf(page, 'a plan');
  });

  stepAndReload('saves the list to the checklist, the last line on top', changed('POST /api/grocery/list/ 201'), async (page) => {
    await grocery.save(page);
    assert.deepEqual(await grocery.lines(page), ['flour 400 g + 100 g for the table', 'leek 2 + 2']);
  });

  step('sees exactly the chosen recipes marked as used', [], async (page) => {
    assert.deepEqual(await grocery.choices(page), [`${bread} used`, 'Fish and chips active', 'Roast chicken used', 'Leek soup used']);
  });

  step('sees the plan in the history, with repeats', [], async (page) => {
    const plan = `Leek soup, ${bread}, Leek soup`;
    assert.deepEqual(await grocery.history(page), { recent: [plan], all: [plan] });
  });

  stepAndReload('ticks a line', oneItem('PATCH', 200), async (page) => {
    await grocery.tick(page, 'leek 2 + 2');
    assert.deepEqual(await grocery.lines(page), ['flour 400 g + 100 g for the table', '✓ leek 2 + 2']);
  });

  stepAndReload('changes a line that is ticked', oneItem('PUT', 200), async (page) => {
    await grocery.change(page, 'leek 2 + 2', 'leek 4 (the thin ones)');
    assert.deepEqual(await grocery.lines(page), ['flour 400 g + 100 g for the table', '✓ leek 4 (the thin ones)']);
  });

  stepAndReload('unticks a line', oneItem('PATCH', 200), async (page) => {
    await grocery.tick(page, 'leek 4 (the thin ones)');
    assert.deepEqual(await grocery.lines(page), ['flour 400 g + 100 g for the table', 'leek 4 (the thin ones)']);
  });

  stepAndReload('adds lines, and blank ones are ignored', changed('POST /api/grocery/list/ 201'), async (page) => {
    await grocery.write(page, 'candles\n\n   \n  Sekt 🥂 ');
    assert.deepEqual((await grocery.lines(page)).slice(0, 3), ['Sekt 🥂', 'candles', 'flour 400 g + 100 g for the table']);
  });

  step('can\'t add an empty list', ['POST /api/grocery/list/ 400'], async (page) => {
    await grocery.write(page, ' \n ');
    assert.match(await problem(page), /items: /);
  });

  stepAndReload('deletes a line', oneItem('DELETE', 204), async (page) => {
    await grocery.remove(page, 'candles');
    assert.deepEqual(await grocery.lines(page), ['Sekt 🥂', 'flour 400 g + 100 g for the table', 'leek 4 (the thin ones)']);
    await screenshotOf(page, 'the checklist');
  });

  const plannedAndSaved = [changed('POST /api/grocery/ 200'), changed('POST /api/grocery/list/ 201')];
  stepAndReload('saves a line that is longer than 50 characters', plannedAndSaved, async (page) => {
    const flour = `flour ${Array(4).fill('400 g + 100 g for the table').join(' + ')}`;
    await grocery.choose(page, ...Array(4).fill(bread));
    await grocery.generate(page);
    assert.deepEqual(await grocery.plan(page), { buy: [flour], have: ['salt 2 tsp + 2 tsp + 2 tsp + 2 tsp'] });
    await grocery.save(page);
    assert.equal((await grocery.lines(page))[0], flour);
  });

  step('sees the new plan above the earlier one', [], async (page) => {
    const [first, second] = [`Leek soup, ${bread}, Leek soup`, Array(4).fill(bread).join(', ')];
    assert.deepEqual(await grocery.history(page), { recent: [second], all: [second, first] });
  });
}
