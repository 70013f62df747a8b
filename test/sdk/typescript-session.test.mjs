// The session of the TypeScript SDK, in Node, against the real server: when it begins, goes on and ends.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createClient } from '@ocipe/client';
import { startServer } from '../browser/server.mjs';
import { gate } from './typescript-network.mjs';
import { logout, newcomer, newName, newProgram, newStore, password, refresh, refusal, times } from './typescript-programs.mjs';

const soup = { name: 'Leek soup', meat_type: 'vegetarian', longevity: 3, frequency: 'weekday', ingredients: [{ name: 'Leek' }] };

describe('The session of the TypeScript SDK', { timeout: 120_000 }, () => {
  let server;
  before(async () => (server = await startServer()));
  after(() => server?.stop());

  it('knows who is logged in', async () => {
    const { ocipe, states } = newProgram(server);
    const username = newName();
    assert.equal(ocipe.session.state, 'unknown');
    await ocipe.register(username, password);
    await assert.rejects(ocipe.login(username, 'something else'), refusal(401, 'no_active_account'));
    assert.equal(ocipe.session.state, 'unknown');
    await ocipe.login(username, password);
    await ocipe.logout();
    await ocipe.login(username, password);
    await ocipe.login(username, password); // as somebody else might
    assert.equal(ocipe.session.state, 'signed-in');
    assert.deepEqual(states, ['signed-in', 'signed-out', 'signed-in', 'signed-in']);
  });

  it('tells nobody who does not listen any more', async () => {
    const { ocipe } = newProgram(server);
    const heard = [];
    const stop = ocipe.session.onChange((state) => heard.push(state));
    await ocipe.session.restore();
    stop();
    await ocipe.register('listener', password);
    await ocipe.login('listener', password);
    assert.deepEqual(heard, ['signed-out']);
  });

  it('refreshes once for twenty calls that are refused at once, and repeats them all', async () => {
    const { network, ocipe, states } = await newcomer(server);
    await ocipe.GET('/api/fridge/');
    network.expire();
    network.take();
    const answers = await Promise.all(times(20).map(() => ocipe.GET('/api/fridge/')));
    assert.deepEqual(answers.map(({ data }) => data), times(20, { ingredient_list: {} }));
    assert.deepEqual(network.take().sort(), [...times(20, 'GET /api/fridge/ 200'), ...times(20, 'GET /api/fridge/ 401'), `${refresh} 200`]);
    assert.deepEqual(states, ['signed-in']);
  });

  it('does not refresh for a call whose refusal comes when others have refreshed', async () => {
    const { network, ocipe } = await newcomer(server);
    await ocipe.GET('/api/fridge/');
    network.expire();
    const late = gate();
    network.after = (line, answer) => (line === 'GET /api/recipes/' && answer.status === 401 ? late.opened : undefined);
    const recipes = ocipe.GET('/api/recipes/');
    await ocipe.GET('/api/fridge/');
    late.open();
    assert.deepEqual((await recipes).data, []);
    assert.equal(network.take().filter((line) => line.startsWith(refresh)).length, 1);
  });

  it('sends the body of a repeated call again', async () => {
    const { network, ocipe } = await newcomer(server);
    await ocipe.GET('/api/recipes/');
    network.expire();
    const { data } = await ocipe.POST('/api/recipes/', { body: soup });
    assert.equal(data.name, soup.name);
    assert.deepEqual((await ocipe.GET('/api/recipes/')).data, [data]);
    assert.deepEqual(network.take().filter((line) => !line.startsWith('GET')), ['POST /api/recipes/ 401', `${refresh} 200`, 'POST /api/recipes/ 201']);
  });

  it('is over when the server has ended it, and reports the refusal of the call', async () => {
    const { network, ocipe, states, store } = await newcomer(server);
    await newProgram(server, newStore(store.token)).ocipe.logout(); // somewhere else, with the same token
    await assert.rejects(ocipe.GET('/api/fridge/'), refusal(401, 'token_not_valid'));
    assert.deepEqual(network.take(), ['GET /api/fridge/ 401', `${refresh} 401`]);
    assert.deepEqual(states, ['signed-in', 'signed-out']);
    assert.equal(store.token, undefined);
    await assert.rejects(ocipe.GET('/api/fridge/'), refusal(401, 'not_authenticated'));
    assert.deepEqual(network.take(), ['GET /api/fridge/ 401'], 'a session that is over is not refreshed');
  });

  it('asks once whether somebody is logged in, and then knows that nobody is', async () => {
    const { network, ocipe, states } = newProgram(server);
    const calls = await Promise.allSettled([ocipe.GET('/api/fridge/'), ocipe.GET('/api/fridge/')]);
    for (const { reason } of calls) refusal(401, 'not_authenticated')(reason);
    assert.deepEqual(network.take(), [`${refresh} 400`, ...times(2, 'GET /api/fridge/ 401')]);
    assert.deepEqual(states, ['signed-out']);
    assert.equal(await ocipe.session.restore(), 'signed-out');
  });

  it('goes on when the program is started again, without being refused first', async () => {
    const { store } = await newcomer(server);
    const { network, ocipe, states } = newProgram(server, store);
    await Promise.all(times(3).map(() => ocipe.GET('/api/fridge/')));
    assert.deepEqual(network.take(), [`${refresh} 200`, ...times(3, 'GET /api/fridge/ 200')]);
    assert.deepEqual(states, ['signed-in']);
    assert.equal(await newProgram(server, store).ocipe.session.restore(), 'signed-in', 'the token that came with the refresh was not kept');
  });

  it('is not asked for what everybody may know', async () => {
    const { network, ocipe } = newProgram(server);
    assert.deepEqual((await ocipe.GET('/api/monitoring/healthz/')).data, { status: 'ok' });
    assert.equal((await ocipe.GET('/.well-known/jwks.json')).data.keys.length, 1);
    assert.deepEqual(network.take(), ['GET /api/monitoring/healthz/ 200', 'GET /.well-known/jwks.json 200']);
  });

  it('ends with the logout even if a refresh is under way', async () => {
    const { network, ocipe, states, store } = await newcomer(server);
    await ocipe.GET('/api/fridge/');
    network.expire();
    const answered = gate();
    const held = gate();
    network.after = (line) => {
      if (line !== refresh) return undefined;
      answered.open();
      return held.opened;
    };
    const call = ocipe.GET('/api/fridge/');
    await answered.opened; // with a token that is good
    await ocipe.logout();
    held.open();
    await assert.rejects(call, refusal(401, 'token_not_valid'));
    assert.deepEqual(states, ['signed-in', 'signed-out']);
    assert.equal(store.token, undefined);
    network.take();
    await assert.rejects(ocipe.GET('/api/fridge/'), refusal(401, 'not_authenticated'));
    assert.deepEqual(network.take(), ['GET /api/fridge/ 401']);
  });

  it('lets a login wait for the refresh that is under way', async () => {
    const { network, ocipe, store, username } = await newcomer(server);
    await ocipe.GET('/api/fridge/');
    network.expire();
    const answered = gate();
    const held = gate();
    network.after = (line) => {
      if (line !== refresh) return undefined;
      answered.open();
      return held.opened;
    };
    const call = ocipe.GET('/api/fridge/');
    await answered.opened;
    const asked = [];
    network.every = (line) => void asked.push(line);
    const login = ocipe.login(username, password);
    await ocipe.GET('/api/monitoring/healthz/'); // meanwhile it could have been sent
    assert.deepEqual(asked, ['GET /api/monitoring/healthz/']);
    held.open();
    await Promise.all([call, login]);
    await newProgram(server, newStore(store.token)).ocipe.logout(); // of the session that the login began
    await assert.rejects(ocipe.GET('/api/fridge/'), refusal(401, 'token_not_valid'));
  });

  it('repeats no call in the name of somebody who logged in later', async () => {
    const { network, ocipe } = await newcomer(server);
    const other = newName();
    await ocipe.register(other, password);
    await ocipe.GET('/api/fridge/');
    network.expire();
    const refused = gate();
    const held = gate();
    network.after = (line) => {
      if (line !== 'POST /api/recipes/') return undefined;
      refused.open();
      return held.opened;
    };
    const call = ocipe.POST('/api/recipes/', { body: soup });
    await refused.opened;
    await ocipe.login(other, password);
    held.open();
    await assert.rejects(call, refusal(401, 'token_not_valid'));
    assert.deepEqual((await ocipe.GET('/api/recipes/')).data, []);
    assert.equal(network.take().filter((line) => line.startsWith('POST /api/recipes/')).length, 1);
  });

  it('repeats no call in the name of somebody whose token it finds where its own was', async () => {
    const { network, ocipe, states, store } = await newcomer(server);
    await ocipe.GET('/api/fridge/');
    const other = newProgram(server, store);
    const name = newName();
    await other.ocipe.register(name, password);
    await other.ocipe.login(name, password);
    network.expire();
    await assert.rejects(ocipe.POST('/api/recipes/', { body: soup }), refusal(401, 'token_not_valid'));
    assert.deepEqual((await other.ocipe.GET('/api/recipes/')).data, []);
    assert.deepEqual(states, ['signed-in', 'signed-in']);
    await ocipe.POST('/api/recipes/', { body: soup });
    assert.equal((await other.ocipe.GET('/api/recipes/')).data.length, 1);
  });

  it('wants to know where the server is', () => {
    for (const baseUrl of ['', '/api', 'localhost', 'localhost:8080']) {
      assert.throws(() => createClient({ baseUrl }), { name: 'TypeError', message: /^baseUrl is ".*"; give the server's address/ });
    }
  });

  it('sends the tokens nowhere but to the server', async () => {
    const { network, ocipe, store } = await newcomer(server);
    const carried = [];
    network.every = (line, { headers }) => void carried.push([line, headers.has('Authorization'), headers.get('Cookie')]);
    const { token } = store;
    await ocipe.GET('/api/fridge/');
    await ocipe.GET('/api/monitoring/healthz/');
    await ocipe.logout();
    assert.deepEqual(carried, [
      ['GET /api/fridge/', true, null],
      ['GET /api/monitoring/healthz/', false, null],
      [logout, false, `refresh_token=${token}`],
    ]);
  });
});
