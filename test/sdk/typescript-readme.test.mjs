// Follows the README of the TypeScript SDK in an empty folder next to a clone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { startServer } from '../browser/server.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'sdk/typescript/README.md'), 'utf8');
const blocks = (language) => [...readme.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].filter((block) => block[1] === language).map((block) => block[2]);

describe('The README of the TypeScript SDK', { timeout: 3_600_000 }, () => {
  let folder, server;
  before(async () => {
    server = await startServer();
    folder = mkdtempSync(join(tmpdir(), 'ocipe-readme-'));
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await server?.stop();
  });

  it('has all steps to build, install and run', () => {
    const [clone, app] = ['ocipe', 'cook'].map((name) => join(folder, name));
    const isSource = (path) => !/\/(dist|node_modules)(\/|$)/.test(path.slice(root.length - 1));
    for (const path of ['package.json', 'package-lock.json', 'sdk/typescript']) cpSync(join(root, path), join(clone, path), { recursive: true, filter: isSource });
    mkdirSync(app);
    writeFileSync(join(app, 'cook.ts'), blocks('ts').join('\n').replaceAll('http://localhost:8080', server.url));

    const [build, install, run] = blocks('sh');
    shell(build, clone);
    shell(install, app);
    assert.equal(shell(run, app), blocks('').join(''));
  });

  // shell runs a block of the README in a shell and returns its output. npm uses its cache, and the registry and proxy of this machine.
  function shell(commands, cwd) {
    const network = /^(PATH|HOME|npm_config_(registry|cache|userconfig)|NODE_EXTRA_CA_CERTS|(https?|no)_proxy)$/i;
    const kept = Object.entries(process.env).filter(([name]) => network.test(name));
    const env = { ...Object.fromEntries(kept), npm_config_prefer_offline: 'true', npm_config_audit: 'false', npm_config_fetch_retries: '5' };
    try {
      return execFileSync('sh', ['-ec', commands], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      throw new Error(`${commands}${error.stdout}${error.stderr}`);
    }
  }
});
