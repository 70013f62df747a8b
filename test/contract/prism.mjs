// Runs Prism, a validating proxy that is independent of our code. If a request or a response violates the contract, Prism responds with
// its own error.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../browser/server.mjs';

const prism = fileURLToPath(new URL('../../node_modules/.bin/prism', import.meta.url));
const contract = fileURLToPath(new URL('../../openapi.yaml', import.meta.url));

// startProxy starts Prism in front of a server.
export async function startProxy(target) {
  const port = await freePort();
  const child = spawn(prism, ['proxy', contract, target, '--errors', '--host', '127.0.0.1', '--port', String(port)]);
  const exited = once(child, 'exit');
  let log = '';
  const listening = new Promise((resolve) => {
    const read = (text) => {
      log += text;
      if (log.includes('Prism is listening')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  await Promise.race([listening, exited.then(() => assert.fail(`Prism exited instead of serving:\n${log}`))]);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
