// Developers generate clients in other languages from the contract. Those of the most used generator must work.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from '../browser/server.mjs';

const run = promisify(execFile);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const generator = path('../../node_modules/@openapitools/openapi-generator-cli/bin/openapi-generator.jar');

describe('openapi-generator', { timeout: 900_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ocipe-generated-'));
  let server;

  before(async () => (server = await startServer()));
  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const generate = (language) =>
    run('java', ['-jar', generator, 'generate', '-i', `${server.url}/openapi.yaml`, '-g', language, '-o', join(folder, language)]);

  it('generates a Python client that works', async () => {
    await generate('python');
    const { stdout } = await run('python3', [path('week.py'), join(folder, 'python'), server.url]);
    assert.deepEqual(stdout.trim().split('\n'), [
      'User registered successfully',
      'Leek soup active True',
      "{'Spices': ['salt']}",
      "[('leek', '2')] ['salt']",
      '404 not_found',
    ]);
  });

  it('generates a Kotlin client with a class for each group of operations', async () => {
    const { stdout } = await generate('kotlin');
    for (const group of ['Accounts', 'Sessions', 'Recipes', 'Fridge', 'Grocery']) assert.match(stdout, new RegExp(`${group}Api\\.kt`));
    assert.doesNotMatch(stdout, /ERROR|Exception/);
  });
});
