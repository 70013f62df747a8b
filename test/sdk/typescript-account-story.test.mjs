// An owner manages an account with the TypeScript SDK, against the real server.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient } from '@ocipe/client';
import { startServer } from '../browser/server.mjs';
import { errorWith, newLoggedInProgram, newName, password } from './typescript-programs.mjs';

describe('An account with the TypeScript SDK', { timeout: 3_600_000 }, () => {
  let server;
  before(async () => (server = await startServer({ OCIPE_REAUTH_AGE: '2s' })));
  after(() => server?.stop());

  it('works from registration to deletion', async () => {
    let asked = 0;
    const owner = createClient({ baseUrl: server.url, askPassword: async () => (asked++, current) });
    const username = newName();
    let current = password;
    await owner.register(username, password);
    await owner.login(username, password);
    await owner.POST('/api/fridge/ingredient/', { body: { name: 'leek', group: 'vegetables' } });
    const phone = createClient({ baseUrl: server.url });
    await phone.login(username, password);
    assert.equal((await owner.GET('/api/user/sessions/')).data.length, 2);

    while (asked === 0) { // until the login is no longer recent: then the SDK asks for the password and repeats the call
      await owner.PATCH('/api/user/me/', { body: {} });
    }
    const body = { name: 'cron', scopes: ['fridge:read'], expires_in_days: 7 };
    const { data: made } = await owner.POST('/api/user/api-tokens/', { body });
    const script = createClient({ baseUrl: server.url, apiToken: made.token });
    assert.deepEqual((await script.GET('/api/fridge/')).data, (await owner.GET('/api/fridge/')).data);

    const file = await owner.exportAccount();
    const { ocipe: heir } = await newLoggedInProgram(server);
    assert.equal((await heir.importAccount(file)).fridge, 1);
    assert.deepEqual(Object.keys((await heir.GET('/api/fridge/')).data.ingredient_list), ['vegetables']);

    await owner.POST('/api/user/password/', { body: { old_password: password, new_password: 'soft-boiled at seven' } });
    current = 'soft-boiled at seven';
    assert.deepEqual((await owner.GET('/api/user/sessions/')).data.map((session) => session.current), [true]);
    await assert.rejects(phone.GET('/api/fridge/'), errorWith(401, 'token_not_valid'));

    await owner.DELETE('/api/user/me/');
    assert.equal(owner.session.state, 'signed-out');
    await assert.rejects(script.GET('/api/fridge/'), errorWith(401, 'token_not_valid'));
    await assert.rejects(phone.login(username, 'soft-boiled at seven'), errorWith(401, 'no_active_account'));
  });
});
