// Starts the real server, bin/ocipe, as a child process with its own data folder.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/ocipe', import.meta.url));
const startTimeout = 300_000; // the first start creates a PostgreSQL cluster
const stopTimeout = 300_000; // a stop finishes current requests and stops PostgreSQL

// startServer starts a server with additional settings, and returns when it is ready.
export async function startServer(settings = {}) {
  assert.ok(existsSync(program), 'bin/ocipe is missing: go build -o bin/ocipe .');
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'ocipe-browser-'));
  chmodSync(folder, 0o755); // as root, the server runs PostgreSQL as another user, who needs access

  const child = spawn(program, ['serve'], {
    env: { // no other variables, because the developer's settings must not affect tests
      PATH: process.env.PATH,
      OCIPE_ADDR: `127.0.0.1:${port}`,
      OCIPE_PUBLIC_URL: `http://localhost:${port}`,
      OCIPE_DATA_DIR: join(folder, 'data'),
      ...settings,
    },
  });
  const server = { url: `http://localhost:${port}`, log: '', data: join(folder, 'data') };
  child.stdout.on('data', (text) => (server.log += text));
  child.stderr.on('data', (text) => (server.log += text));
  const exited = once(child, 'exit');

  // logged waits until the log contains a text. Log lines of requests are buffered for a moment.
  server.logged = async (text) => {
    while (!server.log.includes(text)) await once(child.stderr, 'data');
  };

  // stop stops the server and checks its exit code.
  server.stop = async () => {
    child.kill('SIGTERM');
    const killing = setTimeout(() => child.kill('SIGKILL'), stopTimeout);
    const [code, signal] = await exited;
    clearTimeout(killing);
    rmSync(folder, { recursive: true, force: true });
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, `the server did not stop cleanly; its log:\n${server.log}`);
  };

  const failed = exited.then(([code]) => {
    throw new Error(`the server exited with ${code} instead of serving; its log:\n${server.log}`);
  });
  failed.catch(() => {}); // after a stop, exiting is expected
  try {
    await Promise.race([waitUntilReady(`${server.url}/api/monitoring/healthz/`), failed]);
  } catch (error) {
    if (child.exitCode === null) await server.stop();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return server;
}

async function waitUntilReady(url) {
  const deadline = Date.now() + startTimeout;
  for (;;) {
    try {
      if ((await fetch(url)).ok) return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// The system gives ports from 32768 on, or from 16000 on, to programs that let it choose. Until the server listens, the system could give
// its port to another program. It never gives lower ports. Each process of the tests begins elsewhere. fetch refuses port 10080.
const [firstPort, ports] = [10_100, 5_900];
let nextPort = process.pid * 64;

// freePort returns a port on which no program listens. It returns each port only once, until it has returned all.
export async function freePort() {
  for (let tries = 0; tries < ports; tries++) {
    const port = firstPort + (nextPort++ % ports);
    const probe = createServer();
    const free = await new Promise((resolve) => probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
    if (!free) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
  throw new Error('no port is free');
}
