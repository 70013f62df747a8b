// API tokens as the credential of the TypeScript SDK, against the real server.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient } from '@ocipe/client';
import { startServer } from '../browser/server.mjs';
import { newNetwork } from './typescript-network.mjs';
import { errorWith, newLoggedInProgram } from './typescript-programs.mjs';

describe('An API token of the TypeScript SDK', { timeout: 3_600_000 }, () => {
  let server;
  before(async () => (server = await startServer()));
  after(() => server?.stop());

  it('replaces the session of a script', async () => {
    const { ocipe: owner } = await newLoggedInProgram(server);
    const body = { name: 'cron', scopes: ['grocery:read'], expires_in_days: 7 };
    const { data: made } = await owner.POST('/api/user/api-tokens/', { body });
    const network = newNetwork();
    const script = createClient({ baseUrl: server.url, fetch: network.fetch, apiToken: made.token });

    assert.deepEqual((await script.GET('/api/grocery/list/')).data, []);
    await assert.rejects(script.POST('/api/grocery/list/', { body: { items: 'milk' } }), errorWith(403, 'insufficient_scope'));
    const path = { params: { path: { id: made.id } } };
    await owner.PATCH('/api/user/api-tokens/{id}/', { ...path, body: { scopes: ['grocery:read', 'grocery:write'] } });
    await script.POST('/api/grocery/list/', { body: { items: 'milk' } });
    assert.deepEqual((await owner.GET('/api/user/api-tokens/')).data.map(({ scopes }) => scopes), [['grocery:read', 'grocery:write']]);

    await owner.DELETE('/api/user/api-tokens/{id}/', path);
    await assert.rejects(script.GET('/api/grocery/list/'), errorWith(401, 'token_not_valid'));
    assert.deepEqual(network.take(), [
      'GET /api/grocery/list/ 200', 'POST /api/grocery/list/ 403', 'POST /api/grocery/list/ 201', 'GET /api/grocery/list/ 401',
    ]);
  });
});
