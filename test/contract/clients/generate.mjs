// Generates clients in many languages from the contract that a server serves.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from '../../browser/server.mjs';

export const run = promisify(execFile);
export const path = (name) => fileURLToPath(new URL(name, import.meta.url));

const generator = path('../../../node_modules/@openapitools/openapi-generator-cli/bin/openapi-generator.jar');

// Options that select libraries for which Debian has the most packages.
const options = {
  java: 'library: native\n',
  kotlin: 'library: jvm-okhttp3\n',
  rust: 'library: reqwest\n',
  'typescript-fetch': 'additionalProperties:\n  typescriptThreePlus: true\n',
};

// generateClients starts a server and generates clients from its contract, which it saves to the file `contract`. `folder(language)`
// returns the folder of a client, and `files(language)` its source files. Call `close` at the end.
export async function generateClients(languages) {
  const root = mkdtempSync(join(tmpdir(), 'ocipe-clients-'));
  const folder = (language) => join(root, language);
  const server = await startServer();
  const close = async () => {
    await server.stop();
    rmSync(root, { recursive: true });
  };
  try {
    const contract = join(root, 'openapi.yaml');
    writeFileSync(contract, await (await fetch(`${server.url}/openapi.yaml`)).text());
    const configs = languages.map((language) => {
      const file = join(root, `${language}.yaml`);
      writeFileSync(file, `generatorName: ${language}\ninputSpec: ${contract}\noutputDir: ${folder(language)}\n${options[language] ?? ''}`);
      return file;
    });
    await run('java', ['-jar', generator, 'batch', '--threads', '2', '--timeout', '60', ...configs], { maxBuffer: 64 << 20 });
    return { server, contract, root, folder, files: (language) => sources(folder(language)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

// sources returns the source files in a folder, without the generated tests.
function sources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => ({ entry, name: join(entry.parentPath ?? entry.path, entry.name) }))
    .filter(({ entry, name }) => entry.isFile() && /\.(kt|java|swift|cs|rs|go|php|dart|rb|py|ts)$/.test(name) && !/[Tt]est/.test(name.slice(folder.length)))
    .map(({ name }) => name);
}

// compile runs a compiler, and fails with its output.
export async function compile(command, args, settings = {}) {
  try {
    return (await run(command, args, { maxBuffer: 64 << 20, ...settings })).stdout.trim();
  } catch (error) {
    throw new Error(`${command} failed:\n${error.stdout ?? ''}\n${error.stderr ?? error.message}`.slice(0, 8000));
  }
}
