// A week with the TypeScript SDK, against the real server or the server at OCIPE_TEST_URL. It runs twice: normally, and with access
// tokens that expire after one call. Then every call fails with 401, and the SDK refreshes and repeats it. All calls follow the contract,
// so that a validating proxy can check them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient, OcipeError } from '@ocipe/client';
import { startServer } from '../browser/server.mjs';
import { newNetwork } from './typescript-network.mjs';

const password = 'eggs benedict at noon';
const refresh = 'POST /api/user/token/refresh/ 200';

const recipe = (name, meat_type, frequency, ...ingredients) => ({
  name, meat_type, frequency, longevity: 2, ingredients: ingredients.map(([name, quantity]) => ({ name, quantity })),
});
const cookbook = [
  recipe('Leek soup', 'vegetarian', 'weekday', ['Leek', '2'], ['Potato', '300 g'], ['Salt', '']),
  recipe('Roast chicken', 'chicken', 'weekend', ['Chicken', '1'], ['Potato', '500 g'], ['Salt', '']),
  recipe('Toast', 'vegetarian', 'weekday', ['Bread', '2 slices'], ['Butter', '']),
];

describe('A week with the TypeScript SDK', { timeout: 3_600_000 }, () => {
  let server;
  before(async () => (server = process.env.OCIPE_TEST_URL ? { url: process.env.OCIPE_TEST_URL, stop() {} } : await startServer()));
  after(() => server?.stop());

  week('with access tokens that last', false);
  week('with access tokens that expire after one call', true);

  function week(name, expiring) {
    describe(name, () => {
      const network = newNetwork();
      const username = `cook-${process.pid}-${Date.now()}-${expiring}`;
      let ocipe, recipes;

      // step runs a step of the week. If expiring is true, all earlier tokens have expired.
      const step = (name, run) => it(name, async () => {
        if (expiring) network.expire();
        network.take();
        await run();
      });
      if (expiring) network.before = network.expire; // this call already has its token

      step('registers and logs in', async () => {
        ocipe = createClient({ baseUrl: server.url, fetch: network.fetch });
        await ocipe.register(username, password);
        await assert.rejects(ocipe.register(username, password), (error) => error instanceof OcipeError && error.code === 'username_taken');
        await ocipe.login(username, password);
        assert.equal(ocipe.session.state, 'signed-in');
      });

      step('imports recipes', async () => {
        const { data } = await ocipe.POST('/api/recipes/bulk/', { body: { list: cookbook } });
        recipes = Object.fromEntries(data.map((one) => [one.name, one]));
        assert.deepEqual(Object.keys(recipes), ['Leek soup', 'Roast chicken', 'Toast']);
      });

      step('changes, replaces, reads and deletes recipes', async () => {
        const params = { path: { id: recipes.Toast.id } };
        assert.equal((await ocipe.PATCH('/api/recipes/{id}/', { params, body: { note: 'Quick.' } })).data.note, 'Quick.');
        const french = recipe('French toast', 'vegetarian', 'weekend', ['Bread', '2 slices'], ['Egg', '1']);
        assert.equal((await ocipe.PUT('/api/recipes/{id}/', { params, body: french })).data.note, '');
        assert.deepEqual((await ocipe.GET('/api/recipes/{id}/', { params })).data.ingredient_list, [{ name: 'bread', quantity: '2 slices' }, { name: 'egg', quantity: '1' }]);
        await ocipe.PATCH('/api/recipes/{id}/', { params, body: { servings: 2 } });
        const { data: scaled } = await ocipe.GET('/api/recipes/{id}/', { params: { ...params, query: { servings: 6 } } });
        assert.deepEqual([scaled.scaling.factor, scaled.ingredient_list.map((i) => i.scaled.text)], ['3', ['6 slices', '3']]);
        assert.equal((await ocipe.PATCH('/api/recipes/{id}/', { params, body: { servings: null } })).data.servings, undefined);
        assert.equal((await ocipe.DELETE('/api/recipes/{id}/', { params })).data, undefined);
        await assert.rejects(ocipe.GET('/api/recipes/{id}/', { params }), (error) => error instanceof OcipeError && error.code === 'not_found');
      });

      step('iterates over the recipes page by page, and can stop', async () => {
        const names = [];
        for await (const { name } of ocipe.pages('/api/recipes/', { params: { query: { limit: 1, ordering: '-name', search: 'potato' } } })) names.push(name);
        assert.deepEqual(names, ['Roast chicken', 'Leek soup']);
        const pages = () => network.take().filter((line) => line === 'GET /api/recipes/ 200').length;
        assert.equal(pages(), 2);

        for await (const { name } of ocipe.pages('/api/recipes/', { params: { query: { limit: 1 } } })) {
          assert.equal(name, 'Roast chicken');
          break;
        }
        assert.equal(pages(), 1);
        for await (const one of ocipe.pages('/api/recipes/')) names.push(one.name);
        assert.equal(names.length, 4);
        assert.equal(pages(), 1);
      });

      step('fills the fridge, and renames a group with a slash', async () => {
        await ocipe.POST('/api/fridge/ingredient/', { body: { name: 'Salt', group: 'Salt/Pepper' } });
        await ocipe.PUT('/api/fridge/ingredient/group/{group_name}', { params: { path: { group_name: 'Salt/Pepper' } }, body: { new_group: 'Spices & more' } });
        assert.deepEqual(Object.keys((await ocipe.GET('/api/fridge/')).data.ingredient_list), ['Spices & more']);
      });

      step('plans, and fills the checklist', async () => {
        const { data: plan } = await ocipe.POST('/api/grocery/', { body: { recipe_ids: [recipes['Leek soup'].id, recipes['Roast chicken'].id] } });
        assert.deepEqual(plan, {
          grocery_list: [{ name: 'leek', quantity: '2' }, { name: 'potato', quantity: '300 g + 500 g' }, { name: 'chicken', quantity: '1' }],
          others: [{ name: 'salt', quantity: '' }],
        });
        const items = plan.grocery_list.map(({ name, quantity }) => `${name} ${quantity}`).join('\n');
        const { data: { ids } } = await ocipe.POST('/api/grocery/list/', { body: { items } });
        await ocipe.PATCH('/api/grocery/list/{id}/', { params: { path: { id: ids[0] } }, body: { isChecked: true } });
        const { data: checklist } = await ocipe.GET('/api/grocery/list/');
        assert.deepEqual(checklist.map(({ item, isChecked }) => [item, isChecked]), [['chicken 1', false], ['potato 300 g + 500 g', false], ['leek 2', true]]);
      });

      step('looks back', async () => {
        const chosen = [recipes['Leek soup'].id, recipes['Roast chicken'].id];
        for await (const plan of ocipe.pages('/api/grocery/history/')) assert.deepEqual(plan.recipes, chosen);
        assert.deepEqual((await ocipe.GET('/api/grocery/history/recent/')).data[0]?.recipes, chosen);
        const { data: stats } = await ocipe.GET('/api/recipes/stats/');
        assert.deepEqual(stats.meat_type_stats, [{ meat_type: 'chicken', total: 1, active: 0 }, { meat_type: 'vegetarian', total: 1, active: 0 }]);
        assert.deepEqual((await ocipe.POST('/api/recipes/refresh/')).data, { updated_count: 2 });
      });

      step('makes all calls at once, and is still logged in', async () => {
        network.before = () => undefined; // concurrent calls share a token
        const paths = ['/api/recipes/', '/api/recipes/stats/', '/api/fridge/', '/api/grocery/history/', '/api/grocery/list/'];
        await Promise.all(paths.map((path) => ocipe.GET(path)));
        const refreshes = network.take().filter((line) => line === refresh).length;
        assert.equal(refreshes, expiring ? 1 : 0);
      });

      step('logs out', async () => {
        await ocipe.logout();
        assert.equal(ocipe.session.state, 'signed-out');
        await assert.rejects(ocipe.GET('/api/fridge/'), (error) => error instanceof OcipeError && error.status === 401);
      });
    });
  }
});
