// The compilers of Kotlin and Rust take half a minute of CPU time each, so `make clients` runs them, not CI.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compile, generateClients, path } from './generate.mjs';

describe('Clients generated from the contract', { timeout: 3_600_000 }, () => {
  let clients;

  before(async () => (clients = await generateClients(['kotlin', 'rust'])));
  after(() => clients?.close());

  it('in Kotlin compile', async () => {
    const jars = ['okhttp', 'okio'].map((name) => `/usr/share/java/${name}.jar`);
    const standIns = readdirSync(path('kotlin')).map((name) => path(`kotlin/${name}`));
    await compile('kotlinc', ['-nowarn', '-d', join(clients.root, 'kotlin.jar'), '-cp', jars.join(':'), ...standIns, ...clients.files('kotlin')]);
  });

  it('in Rust compile', async () => {
    const folder = clients.folder('rust');
    mkdirSync(join(folder, '.cargo'));
    writeFileSync(join(folder, '.cargo/config.toml'), '[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "/usr/share/cargo/registry"\n');
    const standIns = ['reqwest', 'url'].map((name) => `${name} = { path = "${path(`rust/${name}`)}" }\n`);
    appendFileSync(join(folder, 'Cargo.toml'), `\n[patch.crates-io]\n${standIns.join('')}`);
    assert.equal(await compile('cargo', ['check', '--offline'], { cwd: folder }), '');
  });
});
