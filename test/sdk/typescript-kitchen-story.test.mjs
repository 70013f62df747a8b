// A user plans, shops and cooks with the TypeScript SDK, against the real server.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startServer } from '../browser/server.mjs';
import { newLoggedInProgram } from './typescript-programs.mjs';

const today = '2026-03-02';
const pancakes = {
  name: 'Pancakes', meat_type: 'vegetarian', longevity: 1, frequency: 'weekend', servings: 4,
  ingredients: [{ name: 'Flour', quantity: '250 g' }, { name: 'Milk', quantity: '500 ml' }],
};

describe('A kitchen with the TypeScript SDK', { timeout: 3_600_000 }, () => {
  let server, ocipe;
  before(async () => {
    server = await startServer();
    ({ ocipe } = await newLoggedInProgram(server));
  });
  after(() => server?.stop());

  it('stocks, plans, shops, restocks, cooks, and undoes the cooking', async () => {
    const { data: [{ id }] } = await ocipe.POST('/api/recipes/bulk/', { body: { list: [pancakes] } });
    await ocipe.POST('/api/foods/', { body: { name: 'Flour', aliases: ['Type 405'], density: '0.5 g/ml' } });
    await ocipe.POST('/api/fridge/ingredient/', { body: { name: 'Type 405', group: 'Baking', quantity: '200 ml', best_before: '2026-03-04' } });

    const body = { meals: [{ recipe: id, servings: 8 }], today };
    const { data: preview } = await ocipe.POST('/api/grocery/plan/', { body });
    const toBuy = Object.fromEntries(preview.lines.map(({ food, to_buy }) => [food, to_buy.map(({ text }) => text)]));
    assert.deepEqual(toBuy, { flour: ['400 g'], milk: ['1 l'] }); // 500 g minus 200 ml of 0.5 g/ml
    assert.deepEqual((await ocipe.GET('/api/grocery/list/')).data, []);
    const { data: committed } = await ocipe.POST('/api/grocery/plan/', { body: { ...body, commit: true } });
    assert.deepEqual(committed.lines, preview.lines);

    for (const item of (await ocipe.GET('/api/grocery/list/')).data) {
      await ocipe.PATCH('/api/grocery/list/{id}/', { params: { path: { id: item.id } }, body: { isChecked: true } });
    }
    const { data: { restocked } } = await ocipe.POST('/api/grocery/list/restock/', { body: {} });
    assert.equal(restocked.length, 2);
    const { data: makeable } = await ocipe.GET('/api/recipes/', { params: { query: { makeable: 'true', today } } });
    assert.deepEqual(makeable.map(({ name }) => name), ['Pancakes']);
    const { data: expiring } = await ocipe.GET('/api/fridge/expiring/', { params: { query: { days: 7, today } } });
    assert.deepEqual(expiring.map(({ name }) => name), ['Type 405']);

    const fridge = async () => (await ocipe.GET('/api/fridge/')).data;
    const stocked = await fridge();
    const params = { path: { id } };
    const { data: cooked } = await ocipe.POST('/api/recipes/{id}/cook/', { params, body: { servings: 8, date: today } });
    assert.deepEqual(cooked.missing, []);
    assert.notDeepEqual(await fridge(), stocked);
    await ocipe.POST('/api/fridge/journal/{id}/undo/', { params: { path: { id: cooked.entry }, query: { part: 'batch' } } });
    assert.deepEqual(await fridge(), stocked);
    const { data: journal } = await ocipe.GET('/api/fridge/journal/');
    assert.ok(journal[0].undoes);
  });
});
