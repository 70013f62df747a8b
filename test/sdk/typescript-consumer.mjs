// A project with the installed package, as npm would publish it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sdk = join(root, 'sdk/typescript');
const modules = join(root, 'node_modules');
const nodeTypes = join(sdk, 'node_modules/@types/node');

// newConsumer packs the SDK and installs it in a new folder.
export function newConsumer() {
  const folder = mkdtempSync(join(tmpdir(), 'ocipe-sdk-'));
  const pack = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', folder], { cwd: sdk, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ filename, files }] = JSON.parse(pack);
  const installed = join(folder, 'node_modules/@ocipe/client');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components=1']);
  link('openapi-fetch', join(modules, 'openapi-fetch'));
  link('openapi-typescript-helpers', join(modules, 'openapi-typescript-helpers'));
  link('@types/node', nodeTypes);
  link('undici-types', join(dirname(dirname(nodeTypes)), 'undici-types'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}\n');

  function link(name, target) {
    const place = join(folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(target, place);
  }

  return {
    files: files.map((file) => file.path), // the files that would be published

    // compile compiles TypeScript to name.js for one platform. If that fails, it throws an Error with the compiler's messages.
    compile(name, source, platform) {
      writeFileSync(join(folder, `${name}.ts`), source);
      const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--target', 'es2022'];
      const { options } = platform;
      try {
        execFileSync(join(modules, '.bin/tsc'), [...strict, ...options, `${name}.ts`], { cwd: folder, encoding: 'utf8' });
      } catch (error) {
        throw new Error(error.stdout || error.message);
      }
    },

    // run runs name.js and returns its output.
    run: (name) => execFileSync(process.execPath, [`${name}.js`], { cwd: folder, encoding: 'utf8' }),

    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

// The platforms and their types. skipLibCheck is off, because the package's declarations must be valid on each platform.
export const node = { options: ['--module', 'nodenext', '--lib', 'es2022', '--types', 'node'] };
export const browser = { options: ['--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2022,dom', '--typeRoots', 'none'] };
