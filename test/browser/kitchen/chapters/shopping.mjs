// Wednesday to Saturday: plans are made, and the list goes along to the shop.
import assert from 'node:assert/strict';
import { seen } from '../../web-client/calls.mjs';
import * as grocery from '../grocery-page.mjs';
import { press, problem } from '../page.mjs';

const bread = 'Brot “wie früher” 🍞';

export function goesShopping({ glance, step, picture }) {
  const changed = (...calls) => [...calls, seen.Grocery];
  const line = (method, status) => changed(`${method} /api/grocery/list/{id}/ ${status}`);

  step('finds nothing planned and nothing to buy', seen.Grocery, async (page) => {
    await press(page, 'Grocery');
    assert.deepEqual(await grocery.lines(page), []);
    assert.deepEqual(await grocery.history(page), { recent: [], all: [] });
  });

  glance('plans nothing without a recipe', ['POST /api/grocery/ 400'], async (page) => {
    await grocery.generate(page);
    assert.match(await problem(page), /recipe_ids: /);
  });

  glance('chooses recipes, one of them twice', [], async (page) => {
    await grocery.choose(page, 'Leek soup', bread, 'Leek soup');
    assert.deepEqual(await grocery.chosen(page), ['Leek soup', bread, 'Leek soup']);
  });

  glance('generates the list, split by what the fridge holds in any case', changed('POST /api/grocery/ 200'), async (page) => {
    await grocery.generate(page);
    assert.deepEqual(await grocery.plan(page), {
      buy: ['leek 2 + 2', 'flour 400 g + 100 g for the table'], have: ['potato 300 g + 300 g', 'salt 2 tsp'],
    });
    await picture(page, 'a plan');
  });

  step('saves what is to buy to the checklist, the last line on top', changed('POST /api/grocery/list/ 201'), async (page) => {
    await grocery.save(page);
    assert.deepEqual(await grocery.lines(page), ['flour 400 g + 100 g for the table', 'leek 2 + 2']);
  });

  glance('has marked exactly the chosen recipes as used', [], async (page) => {
    assert.deepEqual(await grocery.choices(page), [`${bread} used`, 'Fish and chips active', 'Roast chicken used', 'Leek soup used']);
  });

  glance('remembers the plan with its repeats', [], async (page) => {
    const plan = `Leek soup, ${bread}, Leek soup`;
    assert.deepEqual(await grocery.history(page), { recent: [plan], all: [plan] });
  });

  step('ticks a line', line('PATCH', 200), async (page) => {
    await grocery.tick(page, 'leek 2 + 2');
    assert.deepEqual(await grocery.lines(page), ['flour 400 g + 100 g for the table', '✓ leek 2 + 2']);
  });

  step('changes a line that is ticked', line('PUT', 200), async (page) => {
    await grocery.change(page, 'leek 2 + 2', 'leek 4 (the thin ones)');
    assert.deepEqual(await grocery.lines(page), ['flour 400 g + 100 g for the table', '✓ leek 4 (the thin ones)']);
  });

  step('takes a tick away', line('PATCH', 200), async (page) => {
    await grocery.tick(page, 'leek 4 (the thin ones)');
    assert.deepEqual(await grocery.lines(page), ['flour 400 g + 100 g for the table', 'leek 4 (the thin ones)']);
  });

  step('writes lines by hand, blank ones left out', changed('POST /api/grocery/list/ 201'), async (page) => {
    await grocery.write(page, 'candles\n\n   \n  Sekt 🥂 ');
    assert.deepEqual((await grocery.lines(page)).slice(0, 3), ['Sekt 🥂', 'candles', 'flour 400 g + 100 g for the table']);
  });

  glance('writes no empty list', ['POST /api/grocery/list/ 400'], async (page) => {
    await grocery.write(page, ' \n ');
    assert.match(await problem(page), /items: /);
  });

  step('deletes a line', line('DELETE', 204), async (page) => {
    await grocery.remove(page, 'candles');
    assert.deepEqual(await grocery.lines(page), ['Sekt 🥂', 'flour 400 g + 100 g for the table', 'leek 4 (the thin ones)']);
    await picture(page, 'the checklist');
  });

  const plannedAndSaved = [changed('POST /api/grocery/ 200'), changed('POST /api/grocery/list/ 201')];
  step('saves a line that is longer than 50 characters', plannedAndSaved, async (page) => {
    const flour = `flour ${Array(4).fill('400 g + 100 g for the table').join(' + ')}`;
    await grocery.choose(page, ...Array(4).fill(bread));
    await grocery.generate(page);
    assert.deepEqual(await grocery.plan(page), { buy: [flour], have: ['salt 2 tsp + 2 tsp + 2 tsp + 2 tsp'] });
    await grocery.save(page);
    assert.equal((await grocery.lines(page))[0], flour);
  });

  glance('has the new plan above the other', [], async (page) => {
    const [first, second] = [`Leek soup, ${bread}, Leek soup`, Array(4).fill(bread).join(', ')];
    assert.deepEqual(await grocery.history(page), { recent: [second], all: [second, first] });
  });
}
