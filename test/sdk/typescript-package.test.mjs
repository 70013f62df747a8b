// The package as apps install it: its files and its types.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { browser, newConsumer, node } from './typescript-consumer.mjs';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('The package', { timeout: 3_600_000 }, () => {
  let consumer;
  before(() => (consumer = newConsumer()));
  after(() => consumer?.remove());

  it('contains only the compiled client, README and license', () => {
    const others = consumer.files.filter((path) => !/^dist\/[\w.]+\.(js|d\.ts)$/.test(path));
    assert.deepEqual(others.sort(), ['LICENSE', 'README.md', 'package.json']);
    assert.ok(consumer.files.includes('dist/index.js') && consumer.files.includes('dist/index.d.ts'));
    assert.equal(read('sdk/typescript/LICENSE'), read('LICENSE'));
  });

  for (const [name, platform] of Object.entries({ Node: node, browsers: browser })) {
    it(`has the types of the contract, with the types of ${name}`, () => {
      consumer.compile(`types-${name}`, read('test/sdk/typescript-types.ts'), platform);
    });
  }
});
