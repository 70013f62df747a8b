// Runs the tests of the SDKs with an independent validator between the SDKs and the server.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from '../browser/server.mjs';
import { startProxy } from './prism.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

// run runs tests against the server at this URL. It removes NODE_TEST_CONTEXT, so that Node's runner treats them as separate tests.
function run(url, program, ...args) {
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  return promisify(execFile)(program, args, { cwd: root, env: { ...env, OCIPE_TEST_URL: url } });
}

describe('Prism', { timeout: 3_600_000 }, () => {
  let server, proxy;

  before(async () => {
    server = await startServer();
    proxy = await startProxy(server.url);
  });
  after(async () => {
    await proxy?.stop();
    await server?.stop();
  });

  it('finds no violations between the Go SDK and the server', async () => {
    const { stdout } = await run(proxy.url, 'go', '-C', 'test/sdk/go', 'test', '-count=1', '-v', '-run', '^TestAWeek$');
    assert.match(stdout, /--- PASS: TestAWeek/);
  });

  it('finds no violations between the TypeScript SDK and the server', async () => {
    const { stdout } = await run(proxy.url, process.execPath, '--test', '--test-reporter=spec', 'test/sdk/typescript-week.test.mjs');
    assert.match(stdout, /✔ A week with the TypeScript SDK/);
  });

  it('reports a server that violates the contract', async (t) => {
    const invalidServer = createServer((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end('{"status":"fine"}');
    });
    invalidServer.listen(0, '127.0.0.1');
    await once(invalidServer, 'listening');
    t.after(() => invalidServer.close());
    const proxied = await startProxy(`http://127.0.0.1:${invalidServer.address().port}`);
    t.after(proxied.stop);
    const response = await fetch(`${proxied.url}/api/monitoring/healthz/`);
    assert.equal(response.status, 500);
    assert.match(await response.text(), /VIOLATIONS/);
  });
});
