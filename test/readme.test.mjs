// The README's curl session does what the README says, pasted as it is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer } from './browser/server.mjs';

let server;
let folder;

before(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'ocipe-readme-'));
});

after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

test('the curl session of the README prints what it says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, session, printed] = readme.match(/<!-- readme-session -->\n```sh\n([^]*?)```[^]*?```\n([^]*?)```/);
  const output = execFileSync('sh', ['-c', session.replaceAll('http://localhost:8080', server.url)], { cwd: folder, encoding: 'utf8' });
  const lines = (text) => text.split('\n').filter((line) => line !== '');
  assert.deepEqual(lines(output), lines(printed));
});
