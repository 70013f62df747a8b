// The TypeScript SDK during failures of the network or the server: the user stays logged in.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { createClient } from '@ocipe/client';
import { startServer } from '../browser/server.mjs';
import { logout, newLoggedInProgram, newProgram, refresh, errorWith, times } from './typescript-programs.mjs';

describe('During an outage, the session of the TypeScript SDK', { timeout: 3_600_000 }, () => {
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

  it('is not affected by a short outage', async () => {
    const { network, ocipe, states } = await newLoggedInProgram(server);
    await ocipe.GET('/api/fridge/');
    network.expire();
    const lost = [];
    network.after = (line) => { // the server has performed the operation, and the response is lost once
      if (lost.includes(line)) return;
      lost.push(line);
      throw new TypeError('fetch failed');
    };
    await ocipe.POST('/api/grocery/list/', { body: { items: 'milk' } });
    assert.deepEqual(lost, ['POST /api/grocery/list/', refresh]);
    assert.deepEqual(states, ['signed-in']);
  });

  const failures = {
    'the server can not be reached': {
      send: () => fetch('http://localhost:1/'),
      rejects: (error) => error instanceof TypeError,
    },
    'a proxy responds with 502': {
      send: (gateway) => fetch(gateway),
      rejects: errorWith(502, undefined),
    },
    'a proxy asks for a password': {
      send: (gateway) => fetch(`${gateway}/private`),
      rejects: errorWith(401, undefined),
    },
  };
  for (const [name, { send, rejects }] of Object.entries(failures)) {
    it(`continues after a refresh during which ${name}`, async () => {
      const { network, ocipe, states, store } = await newLoggedInProgram(server);
      await ocipe.GET('/api/fridge/');
      network.expire();
      const { token } = store;
      network.before = (line) => (line === refresh ? send(`http://127.0.0.1:${gateway.address().port}`) : undefined);
      await assert.rejects(ocipe.GET('/api/fridge/'), rejects);
      await assert.rejects(createClient({ baseUrl: server.url, fetch: network.fetch, refreshTokenStore: store }).session.restore(), rejects);

      network.before = () => undefined;
      await ocipe.GET('/api/fridge/');
      assert.deepEqual(states, ['signed-in']);
      assert.notEqual(store.token, token);
    });
  }

  it('fails all calls that wait for a refresh if it fails, without another refresh', async () => {
    const { network, ocipe } = newProgram(server, (await newLoggedInProgram(server)).store, { retries: 0 });
    network.before = () => fetch('http://localhost:1/');
    const calls = await Promise.allSettled(times(20).map(() => ocipe.GET('/api/fridge/')));
    assert.deepEqual(calls.map(({ reason }) => reason?.name), times(20, 'TypeError'));
    assert.deepEqual(network.take(), [`${refresh} failed`]);
    network.before = () => undefined;
    assert.equal(await ocipe.session.restore(), 'signed-in');
  });

  it('continues if the database is unavailable during refreshes and logouts', async () => {
    const { network, ocipe, states } = await newLoggedInProgram(server, { retries: 0 });
    await ocipe.GET('/api/fridge/');
    network.expire();
    setDatabase(false);
    const unavailable = (error) => errorWith(503, 'unavailable')(error) && error.retryAfter > 0;
    await assert.rejects(ocipe.GET('/api/fridge/'), unavailable);
    await assert.rejects(ocipe.logout(), unavailable);
    assert.deepEqual(network.take().slice(-3), ['GET /api/fridge/ 401', `${refresh} 503`, `${logout} 503`]);
    setDatabase(true);
    await ocipe.GET('/api/fridge/');
    assert.deepEqual(states, ['signed-in']);
  });

  // setDatabase makes the database unavailable to the server, or available again.
  function setDatabase(available) {
    const socket = server.log.match(/"socket":"([^"]+)"/)[1];
    const allow = `alter database ocipe allow_connections ${available}`;
    const disconnect = "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'ocipe'";
    const statements = ['-c', allow, ...(available ? [] : ['-c', disconnect])];
    execFileSync('psql', ['-h', socket, '-U', 'ocipe', '-q', '-v', 'ON_ERROR_STOP=1', ...statements, 'postgres'], { stdio: 'pipe' });
  }
});
