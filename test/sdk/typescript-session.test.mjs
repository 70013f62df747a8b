// The session of the TypeScript SDK in Node, against the real server: how it begins, continues and ends.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient } from '@ocipe/client';
import { startServer } from '../browser/server.mjs';
import { gate } from './typescript-network.mjs';
import { logout, newLoggedInProgram, newName, newProgram, newStore, password, refresh, errorWith, times } from './typescript-programs.mjs';

const soup = { name: 'Leek soup', meat_type: 'vegetarian', longevity: 3, frequency: 'weekday', ingredients: [{ name: 'Leek' }] };

describe('The session of the TypeScript SDK', { timeout: 3_600_000 }, () => {
  let server;
  before(async () => (server = await startServer()));
  after(() => server?.stop());

  it('reports whether a user is logged in', async () => {
    const { ocipe, states } = newProgram(server);
    const username = newName();
    assert.equal(ocipe.session.state, 'unknown');
    await ocipe.register(username, password);
    await assert.rejects(ocipe.login(username, 'something else'), errorWith(401, 'no_active_account'));
    assert.equal(ocipe.session.state, 'unknown');
    await ocipe.login(username, password);
    await ocipe.logout();
    await ocipe.login(username, password);
    await ocipe.login(username, password); // perhaps another user
    assert.equal(ocipe.session.state, 'signed-in');
    assert.deepEqual(states, ['signed-in', 'signed-out', 'signed-in', 'signed-in']);
  });

  it('does not call a listener that was removed', async () => {
    const { ocipe } = newProgram(server);
    const received = [];
    const stop = ocipe.session.onChange((state) => received.push(state));
    await ocipe.session.restore();
    stop();
    await ocipe.register('listener', password);
    await ocipe.login('listener', password);
    assert.deepEqual(received, ['signed-out']);
  });

  it('refreshes once for twenty concurrent calls that fail with 401, and repeats them all', async () => {
    const { network, ocipe, states } = await newLoggedInProgram(server);
    await ocipe.GET('/api/fridge/');
    network.expire();
    network.take();
    const results = await Promise.all(times(20).map(() => ocipe.GET('/api/fridge/')));
    assert.deepEqual(results.map(({ data }) => data), times(20, { ingredient_list: {} }));
    assert.deepEqual(network.take().sort(), [...times(20, 'GET /api/fridge/ 200'), ...times(20, 'GET /api/fridge/ 401'), `${refresh} 200`]);
    assert.deepEqual(states, ['signed-in']);
  });

  it('does not refresh for a call whose 401 arrives after a refresh', async () => {
    const { network, ocipe } = await newLoggedInProgram(server);
    await ocipe.GET('/api/fridge/');
    network.expire();
    const late = gate();
    network.after = (line, response) => (line === 'GET /api/recipes/' && response.status === 401 ? late.opened : undefined);
    const recipes = ocipe.GET('/api/recipes/');
    await ocipe.GET('/api/fridge/');
    late.open();
    assert.deepEqual((await recipes).data, []);
    assert.equal(network.take().filter((line) => line.startsWith(refresh)).length, 1);
  });

  it('repeats a call with its body', async () => {
    const { network, ocipe } = await newLoggedInProgram(server);
    await ocipe.GET('/api/recipes/');
    network.expire();
    const { data } = await ocipe.POST('/api/recipes/', { body: soup });
    assert.equal(data.name, soup.name);
    assert.deepEqual((await ocipe.GET('/api/recipes/')).data, [data]);
    assert.deepEqual(network.take().filter((line) => !line.startsWith('GET')), ['POST /api/recipes/ 401', `${refresh} 200`, 'POST /api/recipes/ 201']);
  });

  it('ends when the server has ended it, and the call throws the error of its response', async () => {
    const { network, ocipe, states, store } = await newLoggedInProgram(server);
    await newProgram(server, newStore(store.token)).ocipe.logout(); // in another program, with the same token
    await assert.rejects(ocipe.GET('/api/fridge/'), errorWith(401, 'token_not_valid'));
    assert.deepEqual(network.take(), ['GET /api/fridge/ 401', `${refresh} 401`]);
    assert.deepEqual(states, ['signed-in', 'signed-out']);
    assert.equal(store.token, undefined);
    await assert.rejects(ocipe.GET('/api/fridge/'), errorWith(401, 'not_authenticated'));
    assert.deepEqual(network.take(), ['GET /api/fridge/ 401'], 'a session that has ended is not refreshed');
  });

  it('asks the server only once if nobody is logged in', async () => {
    const { network, ocipe, states } = newProgram(server);
    const calls = await Promise.allSettled([ocipe.GET('/api/fridge/'), ocipe.GET('/api/fridge/')]);
    for (const { reason } of calls) errorWith(401, 'not_authenticated')(reason);
    assert.deepEqual(network.take(), [`${refresh} 400`, ...times(2, 'GET /api/fridge/ 401')]);
    assert.deepEqual(states, ['signed-out']);
    assert.equal(await ocipe.session.restore(), 'signed-out');
  });

  it('continues after a restart of the program, and refreshes before the first call', async () => {
    const { store } = await newLoggedInProgram(server);
    const { network, ocipe, states } = newProgram(server, store);
    await Promise.all(times(3).map(() => ocipe.GET('/api/fridge/')));
    assert.deepEqual(network.take(), [`${refresh} 200`, ...times(3, 'GET /api/fridge/ 200')]);
    assert.deepEqual(states, ['signed-in']);
    assert.equal(await newProgram(server, store).ocipe.session.restore(), 'signed-in', 'the token of the refresh was not stored');
  });

  it('is not needed for public operations', async () => {
    const { network, ocipe } = newProgram(server);
    assert.deepEqual((await ocipe.GET('/api/monitoring/healthz/')).data, { status: 'ok' });
    assert.equal((await ocipe.GET('/.well-known/jwks.json')).data.keys.length, 1);
    assert.deepEqual(network.take(), ['GET /api/monitoring/healthz/ 200', 'GET /.well-known/jwks.json 200']);
  });

  it('ends with the logout even if a refresh is in progress', async () => {
    const { network, ocipe, states, store } = await newLoggedInProgram(server);
    await ocipe.GET('/api/fridge/');
    network.expire();
    const received = gate();
    const held = gate();
    network.after = (line) => {
      if (line !== refresh) return undefined;
      received.open();
      return held.opened;
    };
    const call = ocipe.GET('/api/fridge/');
    await received.opened; // with a valid token
    await ocipe.logout();
    held.open();
    await assert.rejects(call, errorWith(401, 'token_not_valid'));
    assert.deepEqual(states, ['signed-in', 'signed-out']);
    assert.equal(store.token, undefined);
    network.take();
    await assert.rejects(ocipe.GET('/api/fridge/'), errorWith(401, 'not_authenticated'));
    assert.deepEqual(network.take(), ['GET /api/fridge/ 401']);
  });

  it('makes a login wait for the refresh in progress', async () => {
    const { network, ocipe, store, username } = await newLoggedInProgram(server);
    await ocipe.GET('/api/fridge/');
    network.expire();
    const received = gate();
    const held = gate();
    network.after = (line) => {
      if (line !== refresh) return undefined;
      received.open();
      return held.opened;
    };
    const call = ocipe.GET('/api/fridge/');
    await received.opened;
    const sent = [];
    network.before = (line) => void sent.push(line);
    const login = ocipe.login(username, password);
    await ocipe.GET('/api/monitoring/healthz/'); // the login would have been sent by now
    assert.deepEqual(sent, ['GET /api/monitoring/healthz/']);
    held.open();
    await Promise.all([call, login]);
    await newProgram(server, newStore(store.token)).ocipe.logout(); // ends the session of the login
    await assert.rejects(ocipe.GET('/api/fridge/'), errorWith(401, 'token_not_valid'));
  });

  it('does not repeat a call for a user who logged in later', async () => {
    const { network, ocipe } = await newLoggedInProgram(server);
    const other = newName();
    await ocipe.register(other, password);
    await ocipe.GET('/api/fridge/');
    network.expire();
    const unauthorized = gate();
    const held = gate();
    network.after = (line) => {
      if (line !== 'POST /api/recipes/') return undefined;
      unauthorized.open();
      return held.opened;
    };
    const call = ocipe.POST('/api/recipes/', { body: soup });
    await unauthorized.opened;
    await ocipe.login(other, password);
    held.open();
    await assert.rejects(call, errorWith(401, 'token_not_valid'));
    assert.deepEqual((await ocipe.GET('/api/recipes/')).data, []);
    assert.equal(network.take().filter((line) => line.startsWith('POST /api/recipes/')).length, 1);
  });

  it('does not repeat a call for another user whose token is in the store', async () => {
    const { network, ocipe, states, store } = await newLoggedInProgram(server);
    await ocipe.GET('/api/fridge/');
    const other = newProgram(server, store);
    const name = newName();
    await other.ocipe.register(name, password);
    await other.ocipe.login(name, password);
    network.expire();
    await assert.rejects(ocipe.POST('/api/recipes/', { body: soup }), errorWith(401, 'token_not_valid'));
    assert.deepEqual((await other.ocipe.GET('/api/recipes/')).data, []);
    assert.deepEqual(states, ['signed-in', 'signed-in']);
    await ocipe.POST('/api/recipes/', { body: soup });
    assert.equal((await other.ocipe.GET('/api/recipes/')).data.length, 1);
  });

  it('needs the URL of a server', () => {
    const invalid = ['', '/api', 'localhost', 'localhost:8080', null, 8080, 'http://a.example/?b', 'http://a.example/docs/#/Recipes'];
    for (const baseUrl of [...invalid, 'http://me:canary@a.example', 'htp://me:canary@a.example']) {
      assert.throws(() => createClient({ baseUrl }), (error) => {
        assert.match(`${error}`, /^TypeError: baseUrl is ".*"; give the server's address/);
        assert.doesNotMatch(error.message, /canary/);
        return true;
      });
    }
  });

  it('sends tokens only with the calls that need them', async () => {
    const { network, ocipe, store } = await newLoggedInProgram(server);
    const headersSent = [];
    network.before = (line, { headers }) => void headersSent.push([line, headers.has('Authorization'), headers.get('Cookie')]);
    const { token } = store;
    await ocipe.GET('/api/fridge/');
    await ocipe.GET('/api/monitoring/healthz/');
    await ocipe.logout();
    assert.deepEqual(headersSent, [
      ['GET /api/fridge/', true, null],
      ['GET /api/monitoring/healthz/', false, null],
      [logout, false, `refresh_token=${token}`],
    ]);
  });
});
