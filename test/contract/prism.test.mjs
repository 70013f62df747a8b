// An independent validator between the story of the kitchen and the server.
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

// run runs tests on the server at this URL. They are no part of this one, which Node's runner would think otherwise.
function run(url, program, ...args) {
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  return promisify(execFile)(program, args, { cwd: root, env: { ...env, OCIPE_TEST_URL: url } });
}

describe('Prism', { timeout: 240_000 }, () => {
  let server, proxy;

  before(async () => {
    server = await startServer();
    proxy = await startProxy(server.url);
  });
  after(async () => {
    await proxy?.stop();
    await server?.stop();
  });

  it('finds nothing wrong in what the Go SDK and the server say to each other', async () => {
    const { stdout } = await run(proxy.url, 'go', '-C', 'test/sdk/go', 'test', '-count=1', '-v', '-run', '^TestAWeek$');
    assert.match(stdout, /--- PASS: TestAWeek/);
  });

  it('finds nothing wrong in what the TypeScript SDK and the server say to each other', async () => {
    const { stdout } = await run(proxy.url, process.execPath, '--test', '--test-reporter=spec', 'test/sdk/typescript-story.test.mjs');
    assert.match(stdout, /✔ A week with the TypeScript SDK/);
  });

  it('reports a server that answers something else', async (t) => {
    const liar = createServer((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end('{"status":"fine"}');
    });
    liar.listen(0, '127.0.0.1');
    await once(liar, 'listening');
    t.after(() => liar.close());
    const watched = await startProxy(`http://127.0.0.1:${liar.address().port}`);
    t.after(watched.stop);
    const answer = await fetch(`${watched.url}/api/monitoring/healthz/`);
    assert.equal(answer.status, 500);
    assert.match(await answer.text(), /VIOLATIONS/);
  });
});
