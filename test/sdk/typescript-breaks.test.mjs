// Retries of the TypeScript SDK on real connections that break.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { describe, it } from 'node:test';
import { createClientWith } from '../../sdk/typescript/dist/client.js';

// The clock of these tests: retries don't wait, and no try takes too long.
const clock = {
  now: () => 0,
  after(milliseconds, run) {
    if (milliseconds >= 30_000) return () => {};
    const soon = setImmediate(run);
    return () => clearImmediate(soon);
  },
};

// The ways in which a connection breaks after the server has received the request.
const breaks = {
  closed: (socket) => socket.destroy(),
  reset: (socket) => socket.resetAndDestroy(),
  'half a header': (socket) => socket.end('HTTP/1.1 201 Created\r\nContent-Le'),
  'half a body': (socket) => socket.end('HTTP/1.1 201 Created\r\nAPI-Version: 0.0.0\r\nContent-Length: 100\r\n\r\n{'),
  'half a chunk': (socket) => socket.end('HTTP/1.1 201 Created\r\nAPI-Version: 0.0.0\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{'),
};

describe('After a connection has broken, the TypeScript SDK', { timeout: 3_600_000 }, () => {
  // serve calls test with a client of a server that breaks the connections of the first requests.
  async function serve(broken, test) {
    const sent = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      sent.push({ key: request.headers['idempotency-key'], body });
      const end = broken[sent.length - 1];
      if (end) end(request.socket);
      else response.writeHead(201, { 'API-Version': '0.0.0', 'Content-Type': 'application/json' }).end('{"id":7}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      await test(createClientWith(clock, { baseUrl: `http://127.0.0.1:${server.address().port}`, apiToken: 'ocipe_pat_' }), sent);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  for (const [name, end] of Object.entries(breaks)) {
    it(`repeats a registration with its key (${name})`, () => serve([end, end], async (ocipe, sent) => {
      await ocipe.register('chiara', 'ribollita at dawn');
      assert.equal(sent.length, 3);
      assert.match(sent[0].key, /^[0-9a-f-]{36}$/);
      assert.match(sent[0].body, /chiara/);
      assert.deepEqual(sent, Array(3).fill(sent[0]));
    }));

    it(`does not repeat a logout (${name})`, () => serve([end], async (ocipe, sent) => {
      await assert.rejects(ocipe.logout(), TypeError);
      assert.equal(sent.length, 1);
    }));
  }

  it('repeats a logout if the server refuses the connection', async () => {
    const closed = createSocket().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address();
    closed.close();
    await once(closed, 'close');
    let tries = 0;
    const refused = createClientWith(clock, {
      baseUrl: `http://127.0.0.1:${port}`,
      fetch: (request) => (++tries < 3 ? fetch(request) : new Response(null, { status: 204, headers: { 'API-Version': '0.0.0' } })),
    });
    await refused.logout();
    assert.equal(tries, 3);
  });

  it('sends a file again', () => serve([breaks.reset, breaks.closed], async (ocipe, sent) => {
    const file = '{"recipes":[]} '.repeat(100_000);
    await ocipe.importAccount(new Blob([file]));
    assert.deepEqual(sent.map(({ body }) => body === file), [true, true, true]);
  }));
});
