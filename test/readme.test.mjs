// Tests that the commands of the README do what the README says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from './browser/server.mjs';

let server;
let folder;

before(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'ocipe-readme-'));
  chmodSync(folder, 0o755); // as root, PostgreSQL runs as another user
});

after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});

test('the curl session of the README prints what it says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, session, printed] = readme.match(/<!-- readme-session -->\n```sh\n([^]*?)```[^]*?```\n([^]*?)```/);
  const output = execFileSync('sh', ['-c', session.replaceAll('http://localhost:8080', server.url)], { cwd: folder, encoding: 'utf8' });
  const undated = (text) => text.replace(/"added_date":"[-0-9]{10}T[:0-9]{8}\.[0-9]{6}Z"/, '"added_date":"…"');
  const lines = (text) => undated(text).split('\n').filter((line) => line !== '');
  assert.deepEqual(lines(output), lines(printed));
});

test('the script of the README prints what it says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, script, printed] = readme.match(/<!-- readme-script -->\n```sh\n([^]*?)```[^]*?```\n([^]*?)```/);
  const output = execFileSync('sh', ['-c', script.replaceAll('http://localhost:8080', server.url)], { cwd: folder, encoding: 'utf8' });
  assert.equal(output, printed); // the account is the one of the curl session
});

test('the backup of the README restores what it wrote', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, backup, restore] = readme.match(/```sh\nbin\/(ocipe backup .*)\nbin\/(ocipe restore .*)\n```/);
  writeFileSync(join(folder, 'passphrase'), 'correct horse battery staple');
  const program = fileURLToPath(new URL('../bin/ocipe', import.meta.url));
  const run = (command, data) => execFileSync('sh', ['-c', command.replace(/^ocipe/, program)], {
    cwd: folder, encoding: 'utf8', stdio: 'pipe',
    env: { PATH: process.env.PATH, HOME: folder, OCIPE_BACKUP_PASSPHRASE_FILE: 'passphrase', ...(data && { OCIPE_DATA_DIR: data }) },
  });
  const accounts = run('ocipe user list', server.data);
  assert.match(accounts, /\S/);

  run(backup, server.data);
  run(restore);

  assert.equal(run('ocipe user list', './restored'), accounts);
});

test('the cookie jar of the README stays logged in on http://localhost, and the default one does not', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, opener] = readme.match(/<!-- readme-python -->\n```python\n([^]*?)```/);
  const session = `${opener}
import json
def post(path, body):
    request = Request("${server.url}/api/user/" + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    return opener.open(request).status
account = {"username": "dario", "password": "cassoulet in winter"}
`;
  const python = (text) => execFileSync('python3', ['-c', text], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  assert.equal(python(`${session}print(post("register/", account), post("token/", account), post("token/refresh/", {}))`), '201 200 200');
  const byDefault = session.replace('CookieJar(policy)', 'CookieJar()');
  assert.throws(() => python(`${byDefault}post("token/", account); post("token/refresh/", {})`), /HTTP Error 400/);
});
