// Clients in other languages are generated from the served contract. Nothing in them may have the name of something else, and no
// number may be too small for an id. TypeScript, Python and Go are also compiled or parsed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from '../browser/server.mjs';

const run = promisify(execFile);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const generator = path('../../node_modules/@openapitools/openapi-generator-cli/bin/openapi-generator.jar');
const languages = ['kotlin', 'java', 'swift5', 'csharp-netcore', 'rust', 'go', 'php', 'dart', 'ruby', 'python', 'typescript-fetch'];

// The 32-bit types of what has our numbers: members, parameters and lists of them.
const narrow = {
  kotlin: /kotlin\.Int\b/, java: /\bList<Integer>|private Integer\b/, swift5: /: \[?Int\b/, 'csharp-netcore': /List<int>|public int\?? \w+ \{/,
  rust: /\bi32\b/, go: /\bint32\b/,
};

// Types that a generated client must not use in place of ours: openapi-generator takes these schema names for types of Java.
const foreign = /java\.sql\.|crate::models::(Timestamp|DateTime|Date|File|List|Map|Set)\b/;

// The members of an enum, as each language writes them.
const enumMembers = {
  kotlin: [/enum class (\w+)[^{]*\{([^]*?);/g, /^\s*(\w+)\(/gm], java: [/public enum (\w+) \{([^]*?);/g, /^\s*(\w+)\(/gm],
  swift5: [/enum (\w+)[^{]*\{([^]*?)\n\s*\}/g, /case (\w+) =/g], 'csharp-netcore': [/public enum (\w+)\s*\{([^]*?)\n\s{4,8}\}/g, /^\s*(\w+) = \d+/gm],
  rust: [/pub enum (\w+) \{([^]*?)\n\}/g, /^\s*(\w+),$/gm], 'typescript-fetch': [/enum (\w+) \{([^]*?)\n\}/g, /^\s*(\w+) =/gm],
  php: [/class (\w+)([^]*)/g, /^\s*const (\w+) =/gm], dart: [/class (\w+)([^]*)/g, /static const (\w+) =/g],
  ruby: [/class (\w+)([^]*)/g, /^\s*([A-Z_]+) = /gm], go: [/const \(([^]*?)\n\)/g, /^\s*(\w+) \w+ =/gm], python: [/class (\w+)([^]*)/g, /^    ([A-Z_]+) = /gm],
};

describe('Clients generated from the contract', { timeout: 900_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ocipe-clients-'));
  const files = {};
  let server;

  before(async () => {
    server = await startServer();
    const contract = join(folder, 'openapi.yaml');
    writeFileSync(contract, await (await fetch(`${server.url}/openapi.yaml`)).text());
    const configs = languages.map((language) => {
      const file = join(folder, `${language}.yaml`);
      const options = { java: 'library: native\n', 'typescript-fetch': 'additionalProperties:\n  typescriptThreePlus: true\n' }[language] ?? '';
      writeFileSync(file, `generatorName: ${language}\ninputSpec: ${contract}\noutputDir: ${join(folder, language)}\n${options}`);
      return file;
    });
    await run('java', ['-jar', generator, 'batch', '--threads', '2', '--timeout', '10', ...configs], { maxBuffer: 64 << 20 });
    for (const language of languages) {
      files[language] = readdirSync(join(folder, language), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(kt|java|swift|cs|rs|go|php|dart|rb|py|ts)$/.test(entry.name) && !/[Tt]est/.test(entry.parentPath ?? entry.path))
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    }
  });
  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  for (const language of languages) {
    it(`in ${language} have no two names that are the same, no foreign type and no 32-bit ids`, () => {
      assert.ok(files[language].length > 40, `${files[language].length} files`);
      for (const file of files[language]) {
        const code = readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\//g, '').replace(/^\s*(\/\/|#).*$/gm, '');
        assert.doesNotMatch(code, foreign, file);
        if (narrow[language] && /model|api/i.test(file) && !/infrastructure|ApiClient|Client\//i.test(file)) assert.doesNotMatch(code, narrow[language], file);
        const [block, member] = enumMembers[language];
        for (const found of code.matchAll(block)) {
          const names = [...found.at(-1).matchAll(member)].map((one) => one[1]);
          assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), [], `${file}: ${found[1]}`);
        }
      }
      const names = files[language].map((file) => file.toLowerCase());
      assert.equal(new Set(names).size, names.length, 'files whose names differ by case alone overwrite each other');
    });
  }

  it('in TypeScript compile', async () => {
    await run('node', [path('../../node_modules/typescript/bin/tsc'), '--noEmit', '--skipLibCheck', '--strict', '--target', 'es2020',
      '--module', 'nodenext', '--lib', 'es2020,dom', ...files['typescript-fetch']]).catch((error) => assert.fail(error.stdout));
  });

  it('in Python compile', async () => {
    await run('python3', ['-m', 'compileall', '-q', join(folder, 'python', 'openapi_client')]);
  });

  it('in Go have valid syntax', async () => {
    await run('gofmt', ['-l', join(folder, 'go')]);
  });
});
