// The TypeScript SDK when the network or the server is bad: it logs nobody out.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { createClient } from '@ocipe/client';
import { startServer } from '../browser/server.mjs';
import { logout, newcomer, newProgram, refresh, refusal, times } from './typescript-programs.mjs';

describe('On a bad day the session of the TypeScript SDK', { timeout: 120_000 }, () => {
  let server, gateway;

  before(async () => {
    gateway = createServer((request, response) => {
      response.writeHead(request.url === '/private' ? 401 : 502, { 'Content-Type': 'text/html' }).end('<h1>Sorry</h1>');
    }).listen(0, '127.0.0.1');
    await once(gateway, 'listening');
    server = await startServer();
  });
  after(async () => {
    gateway.closeAllConnections();
    gateway.close();
    await server?.stop();
  });

  const failures = {
    'the server is not reached': {
      send: () => fetch('http://localhost:1/'),
      told: (error) => error instanceof TypeError,
    },
    'something before the server answers 502': {
      send: (gateway) => fetch(gateway),
      told: refusal(502, undefined),
    },
    'something before the server wants a password of its own': {
      send: (gateway) => fetch(`${gateway}/private`),
      told: refusal(401, undefined),
    },
  };
  for (const [name, { send, told }] of Object.entries(failures)) {
    it(`outlasts a refresh during which ${name}`, async () => {
      const { network, ocipe, states, store } = await newcomer(server);
      await ocipe.GET('/api/fridge/');
      network.expire();
      const { token } = store;
      network.every = (line) => (line === refresh ? send(`http://127.0.0.1:${gateway.address().port}`) : undefined);
      await assert.rejects(ocipe.GET('/api/fridge/'), told);
      await assert.rejects(createClient({ baseUrl: server.url, fetch: network.fetch, refreshTokenStore: store }).session.restore(), told);

      network.every = () => undefined;
      await ocipe.GET('/api/fridge/');
      assert.deepEqual(states, ['signed-in']);
      assert.notEqual(store.token, token);
    });
  }

  it('fails all calls that wait for a refresh when that fails, and tries no other for them', async () => {
    const { network, ocipe } = newProgram(server, (await newcomer(server)).store);
    network.every = () => fetch('http://localhost:1/');
    const calls = await Promise.allSettled(times(20).map(() => ocipe.GET('/api/fridge/')));
    assert.deepEqual(calls.map(({ reason }) => reason?.name), times(20, 'TypeError'));
    assert.deepEqual(network.take(), [`${refresh} failed`]);
    network.every = () => undefined;
    assert.equal(await ocipe.session.restore(), 'signed-in');
  });

  it('outlasts a database that is away, in refreshes and logouts', async () => {
    const { network, ocipe, states } = await newcomer(server);
    await ocipe.GET('/api/fridge/');
    network.expire();
    database(false);
    const unavailable = (error) => refusal(503, 'unavailable')(error) && error.retryAfter > 0;
    await assert.rejects(ocipe.GET('/api/fridge/'), unavailable);
    await assert.rejects(ocipe.logout(), unavailable);
    assert.deepEqual(network.take().slice(-3), ['GET /api/fridge/ 401', `${refresh} 503`, `${logout} 503`]);
    database(true);
    await ocipe.GET('/api/fridge/');
    assert.deepEqual(states, ['signed-in']);
  });

  // database takes the database away from the server, or gives it back.
  function database(there) {
    const socket = server.log.match(/"socket":"([^"]+)"/)[1];
    const allow = `alter database ocipe allow_connections ${there}`;
    const disconnect = "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'ocipe'";
    const statements = ['-c', allow, ...(there ? [] : ['-c', disconnect])];
    execFileSync('psql', ['-h', socket, '-U', 'ocipe', '-q', '-v', 'ON_ERROR_STOP=1', ...statements, 'postgres'], { stdio: 'pipe' });
  }
});
