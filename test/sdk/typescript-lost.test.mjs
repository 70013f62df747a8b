// The TypeScript SDK when responses are lost: the server must not perform an operation twice.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient } from '@ocipe/client';
import { startServer } from '../browser/server.mjs';
import { newName, password } from './typescript-programs.mjs';

describe('A call of the TypeScript SDK whose responses are lost', { timeout: 3_600_000 }, () => {
  let server;
  before(async () => (server = await startServer()));
  after(() => server?.stop());

  it('has only one effect', async () => {
    const tries = new Map();
    const replayed = [];
    const ocipe = createClient({
      baseUrl: server.url,
      async fetch(request) {
        const key = request.headers.get('Idempotency-Key');
        const response = await fetch(request);
        if (!key || !response.ok) return response;
        tries.set(key, (tries.get(key) ?? 0) + 1);
        if (tries.get(key) <= 2) throw new TypeError('fetch failed');
        replayed.push(response.headers.get('Idempotent-Replayed'));
        return response;
      },
    });
    const username = newName();
    await ocipe.register(username, password);
    await ocipe.login(username, password);
    const soup = { name: 'Leek soup', meat_type: 'vegetarian', longevity: 3, frequency: 'weekday', ingredients: [{ name: 'Leek' }] };
    const { data: recipe } = await ocipe.POST('/api/recipes/', { body: soup });
    await Promise.all([
      ocipe.POST('/api/recipes/bulk/', { body: { list: [soup] } }),
      ocipe.POST('/api/fridge/ingredient/', { body: { name: 'Salt', group: 'Spices' } }),
      ocipe.POST('/api/grocery/', { body: { recipe_ids: [recipe.id] } }),
      ocipe.POST('/api/grocery/list/', { body: { items: 'milk' } }),
      ocipe.POST('/api/user/api-tokens/', { body: { name: 'cron', scopes: ['grocery:read'], expires_in_days: 1 } }),
    ]);
    await ocipe.importAccount(await ocipe.exportAccount());
    assert.deepEqual(replayed, Array(8).fill('true'));
    const counts = { '/api/recipes/': 4, '/api/grocery/history/': 2, '/api/grocery/list/': 2, '/api/user/api-tokens/': 1 };
    for (const [path, count] of Object.entries(counts)) assert.equal((await ocipe.GET(path)).data.length, count, path);
    assert.equal((await ocipe.GET('/api/fridge/')).data.ingredient_list.Spices.length, 2);
  });
});
