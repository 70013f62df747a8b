// Generates clients in other languages from the served contract. They must have no conflicting names, and no number types that are too
// small for ids. The clients in Java, C#, Go, PHP, Ruby, Python and TypeScript are also compiled or loaded. `make clients` compiles
// those in Kotlin and Rust, because that takes long.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compile, generateClients, path } from './clients/generate.mjs';

const languages = ['kotlin', 'java', 'swift5', 'csharp-netcore', 'rust', 'go', 'php', 'dart', 'ruby', 'python', 'typescript-fetch'];

// The 32-bit types of members, parameters and lists.
const narrow = {
  kotlin: /kotlin\.Int\b/, java: /\bList<Integer>|private Integer\b/, swift5: /: \[?Int\b/, 'csharp-netcore': /List<int>|public int\?? \w+ \{/,
  rust: /\bi32\b/, go: /\bint32\b/,
};

// Types that a generated client must not use instead of ours. openapi-generator confuses schemas with these names with types of Java.
const foreign = /java\.sql\.|crate::models::(Timestamp|DateTime|Date|File|List|Map|Set)\b/;

// Regular expressions for enums and their members in each language.
const enumMembers = {
  kotlin: [/enum class (\w+)[^{]*\{([^]*?);/g, /^\s*(\w+)\(/gm], java: [/public enum (\w+) \{([^]*?);/g, /^\s*(\w+)\(/gm],
  swift5: [/enum (\w+)[^{]*\{([^]*?)\n\s*\}/g, /case (\w+) =/g], 'csharp-netcore': [/public enum (\w+)\s*\{([^]*?)\n\s{4,8}\}/g, /^\s*(\w+) = \d+/gm],
  rust: [/pub enum (\w+) \{([^]*?)\n\}/g, /^\s*(\w+),$/gm], 'typescript-fetch': [/enum (\w+) \{([^]*?)\n\}/g, /^\s*(\w+) =/gm],
  php: [/class (\w+)([^]*)/g, /^\s*const (\w+) =/gm], dart: [/class (\w+)([^]*)/g, /static const (\w+) =/g],
  ruby: [/class (\w+)([^]*)/g, /^\s*([A-Z_]+) = /gm], go: [/const \(([^]*?)\n\)/g, /^\s*(\w+) \w+ =/gm], python: [/class (\w+)([^]*)/g, /^    ([A-Z_]+) = /gm],
};

describe('Clients generated from the contract', { timeout: 3_600_000 }, () => {
  const files = {};
  let clients;

  before(async () => {
    clients = await generateClients(languages);
    for (const language of languages) files[language] = clients.files(language);
  });
  after(() => clients?.close());

  for (const language of languages) {
    it(`in ${language} have no duplicate names, no foreign types and no 32-bit ids`, () => {
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

  it('in Kotlin, Java and C# have the right type for dates', () => {
    for (const [language, type] of [['kotlin', /addedDate: java\.time\.OffsetDateTime/], ['java', /private OffsetDateTime addedDate;/],
      ['csharp-netcore', /public DateTime AddedDate/]]) {
      const recipe = files[language].find((file) => /[/]Recipe\.\w+$/.test(file));
      assert.match(readFileSync(recipe, 'utf8'), type);
    }
  });

  it('in Kotlin have a class for each group of operations', () => {
    const classes = files.kotlin.map((file) => file.replace(/.*[/]/, ''));
    for (const group of ['Accounts', 'Sessions', 'Recipes', 'Fridge', 'Grocery']) assert.ok(classes.includes(`${group}Api.kt`), group);
  });

  it('in TypeScript compile', () =>
    compile('node', [path('../../../node_modules/typescript/bin/tsc'), '--noEmit', '--skipLibCheck', '--strict', '--target', 'es2020',
      '--module', 'nodenext', '--lib', 'es2020,dom', ...files['typescript-fetch']]));

  it('in Java compile', async () => {
    const jars = ['jackson-core', 'jackson-databind', 'jackson-annotations', 'jsr305'].map((name) => `/usr/share/java/${name}.jar`);
    const sources = readdirSync(path('java'), { recursive: true }).filter((name) => name.endsWith('.java')).map((name) => path(`java/${name}`));
    await compile('javac', ['-proc:none', '-nowarn', '-d', join(clients.root, 'java-classes'), '-cp', jars.join(':'), ...sources, ...files.java]);
  });

  it('in C# compile', async () => {
    const references = ['/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll', 'System.Runtime.Serialization', 'System.ComponentModel.DataAnnotations', 'System.Web'];
    await compile('mcs', ['-target:library', `-out:${join(clients.root, 'ocipe.dll')}`, ...references.map((name) => `-r:${name}`),
      path('csharp/ApiClient.cs'), ...files['csharp-netcore'].filter((file) => !/[/]ApiClient\.cs$/.test(file))]);
  });

  it('in PHP load', async () => {
    assert.match(await compile('php', [path('php/load.php'), join(clients.folder('php'), 'lib')]), /^1\d\d classes$/);
  });

  it('in Ruby load', async () => {
    const count = 'puts OpenapiClient.constants.map { |name| OpenapiClient.const_get(name) }.grep(Class).size';
    assert.match(await compile('ruby', ['-W0', '-I', join(clients.folder('ruby'), 'lib'), '-r', 'openapi_client', '-e', count]), /^1\d\d$/);
  });

  it('in Python work', async () => {
    const python = clients.folder('python');
    await compile('python3', ['-m', 'compileall', '-q', join(python, 'openapi_client')]);
    const printed = await compile('python3', [path('week.py'), python, clients.server.url]);
    assert.deepEqual(printed.split('\n'), [
      'User registered successfully',
      'Leek soup active True',
      "{'Spices': ['salt']}",
      "[('leek', '2')] ['salt']",
      '404 not_found',
    ]);
  });

  it('in Go have valid syntax', () => compile('gofmt', ['-l', clients.folder('go')]));

  it('in Go work if ogen generates them', async () => {
    const folder = join(clients.root, 'ogen');
    cpSync(path('ogen'), folder, { recursive: true });
    const go = (...args) => compile('go', args, { cwd: folder });
    await go('tool', 'ogen', '--package', 'ocipe', '--target', 'ocipe', clients.contract);
    await go('build', '-o', 'week', '.');
    const printed = await compile(join(folder, 'week'), [clients.server.url]);
    assert.deepEqual(printed.split('\n'), ['Leek soup active true', '1', '*ocipe.NotFoundHeaders']);
  });
});
