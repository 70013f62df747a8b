// The account in the TypeScript SDK, against the real server: recent logins, sessions and the deletion.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient } from '@ocipe/client';
import { startServer } from '../browser/server.mjs';
import { errorWith, newName, newStore, password } from './typescript-programs.mjs';

describe('The account in the TypeScript SDK', { timeout: 3_600_000 }, () => {
  let server;
  before(async () => (server = await startServer({ OCIPE_REAUTH_AGE: '1s' })));
  after(() => server?.stop());

  // loggedIn returns a client in which a new user has just logged in.
  async function loggedIn(options = {}) {
    const ocipe = createClient({ baseUrl: server.url, ...options });
    const username = newName();
    await ocipe.register(username, password);
    await ocipe.login(username, password);
    return { ocipe, username };
  }

  // oldLogin repeats a call that needs a recent login until the login is too old. It returns the error.
  async function oldLogin(ocipe) {
    for (;;) {
      try {
        await ocipe.DELETE('/api/user/sessions/');
      } catch (error) {
        return error;
      }
    }
  }

  it('reports that a call needs a recent login, and continues after the password was confirmed', async () => {
    const { ocipe } = await loggedIn();
    errorWith(401, 'reauthentication_required')(await oldLogin(ocipe));
    await assert.rejects(ocipe.reauthenticate('something else'), errorWith(401, 'no_active_account'));
    assert.equal(ocipe.session.state, 'signed-in');
    await ocipe.reauthenticate(password);
    await ocipe.DELETE('/api/user/sessions/');
  });

  it('asks for the password and repeats the call', async () => {
    let asked = 0;
    const { ocipe } = await loggedIn({ askPassword: async () => (asked++, password) });
    while (asked === 0) await ocipe.DELETE('/api/user/sessions/');
    assert.equal((await ocipe.GET('/api/user/sessions/')).data.length, 1);
  });

  it('throws if the user gives no password', async () => {
    const { ocipe } = await loggedIn({ askPassword: async () => undefined });
    errorWith(401, 'reauthentication_required')(await oldLogin(ocipe));
  });

  it('changes the account and deletes it', async () => {
    const store = newStore();
    const { ocipe, username } = await loggedIn({ askPassword: async () => password, refreshTokenStore: store });
    const { data } = await ocipe.PATCH('/api/user/me/', { body: { username: `${username}.b` } });
    assert.equal(data.username, `${username}.b`);
    await ocipe.POST('/api/user/password/', { body: { old_password: password, new_password: password } });
    await ocipe.DELETE('/api/user/me/');
    assert.equal(ocipe.session.state, 'signed-out');
    assert.equal(store.token, undefined);
    await assert.rejects(ocipe.login(`${username}.b`, password), errorWith(401, 'no_active_account'));
  });
});
