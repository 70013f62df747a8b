// Applies mutations to the server, one at a time, and reports whether Go tests detect them. It never changes files of the repository:
// Go replaces a file in memory (-overlay).
//
//	node test/contract/mutate.mjs [--only REGEXP] [--list] [-- ARGUMENTS OF go test]
//
// For example `node test/contract/mutate.mjs --only session -- -failfast ./internal/session ./api/...`. The default is to test ./....
// It exits with 1 unless the tests pass on the unchanged server and detect every mutation.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contractMutations, ruleMutations } from './mutations.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

// Go code that isn't part of the server.
const excluded = /_test\.go$|^(bench|sdk|test|internal\/(apitest|bench|pgtest|contractfuzz))\/|^gen\/client\//;

// sources returns the server's Go files: [{ file, text }].
function sources() {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.go'], { cwd: root, encoding: 'utf8' }).split('\n');
  return files.filter((file) => file && !excluded.test(file)).map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
}

// mutate returns the file that a mutation changes, with its changed text. It throws an Error unless exactly one place matches.
export function mutate({ from, to, within = '' }) {
  const pattern = new RegExp(typeof from === 'string' ? from.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : from.source, 'g');
  const places = sources().filter(({ file }) => file.startsWith(within)).flatMap(({ file, text }) =>
    [...text.matchAll(pattern)].map(() => ({ file, text })));
  if (places.length !== 1) throw new Error(`${places.length} places match, not 1: ${from} ${places.map(({ file }) => file)}`);
  const [{ file, text }] = places;
  return { file, text: text.replace(pattern, to) };
}

// goTest runs `go test`, with one file replaced if it is given. It returns { passed, built, output }.
export async function goTest(args, { file, text } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ocipe-mutation-'));
  try {
    const overlay = join(folder, 'overlay.json');
    const replaced = join(folder, 'replaced.go');
    if (file) writeFileSync(replaced, text);
    writeFileSync(overlay, JSON.stringify({ Replace: file ? { [join(root, file)]: replaced } : {} }));
    const [passed, output] = await new Promise((resolve) => {
      execFile('go', ['test', '-timeout', '60m', '-overlay', overlay, ...args], { cwd: root, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
        resolve([!error, stdout + stderr]);
      });
    });
    return { passed, built: !/\[(build|setup) failed\]/.test(output), output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { only: { type: 'string', default: '' }, list: { type: 'boolean' } }, allowPositionals: true,
  });
  const args = positionals.length ? positionals : ['./...'];
  const chosen = [...contractMutations, ...ruleMutations].filter(({ name }) => new RegExp(values.only).test(name));
  if (values.list) return chosen.forEach((mutation) => console.log(`${mutate(mutation).file}\t${mutation.name}`));

  const { passed, output } = await goTest(args);
  if (!passed) throw new Error(`the tests fail on the unchanged server:\n${output}`);
  for (const mutation of chosen) {
    const began = Date.now();
    const result = await tryMutation(mutation, args);
    if (!result.startsWith('noticed')) process.exitCode = 1;
    console.log(`${mutation.name}: ${result} (${Math.round((Date.now() - began) / 1000)} s)`);
  }
}

async function tryMutation(mutation, args) {
  let changed;
  try {
    changed = mutate(mutation);
  } catch (error) {
    return `NOT APPLIED: ${error.message}`;
  }
  const { passed, built, output } = await goTest(args, changed);
  if (!built) return `DOES NOT COMPILE:\n${output}`;
  if (passed) return 'UNNOTICED';
  const failed = new Set([...output.matchAll(/^--- FAIL: (\w+)/gm)].map(([, test]) => test));
  return `noticed by ${[...failed].join(', ') || 'a package that failed as a whole'}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
