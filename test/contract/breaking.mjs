// Finds changes of the contract that break clients of the last release, with oasdiff. A breaking change is allowed only if breaking.json
// lists it with a reason and the operation is deprecated, so that its responses have the headers Deprecation and Sunset.
// Alternatively, an entry for all operations ("*") may explain in `compatible` why clients keep working. It allows only the findings
// whose text contains `finding`.
//
//   node test/contract/breaking.mjs     compares openapi.yaml with released.yaml in this folder
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const oasdiff = 'github.com/oasdiff/oasdiff@v1.35.0';
export const file = (name) => fileURLToPath(new URL(name, import.meta.url));
export const released = file('released.yaml');
export const current = file('../../openapi.yaml');

// breaks returns a line for each breaking change that isn't allowed, and for each listed change that doesn't exist.
export function breaks(base, revision, listed) {
  const options = ['--format', 'json', '--attributes', 'x-sunset'];
  const found = JSON.parse(execFileSync('go', ['run', oasdiff, 'breaking', base, revision, ...options], { encoding: 'utf8', maxBuffer: 1 << 26 }));
  const isSame = (entry) => (finding) => entry.id === finding.id && (entry.operation === finding.operationId
    || Boolean(entry.operation === '*' && entry.compatible && entry.finding && finding.text.includes(entry.finding)));

  const lines = found.flatMap((finding) => {
    const where = `${finding.operation} ${finding.path} (${finding.operationId}): ${finding.text} [${finding.id}]`;
    const entry = listed.find((one) => isSame(one)(finding));
    if (!entry) return [`${where}: undo it, or list it in breaking.json and deprecate the operation`];
    if (!entry.reason) return [`${where}: breaking.json gives no reason`];
    if (entry.operation === '*') return [];
    if (!finding.attributes?.['x-sunset']) return [`${where}: the operation must be deprecated, with x-sunset`];
    return [];
  });
  const stale = listed.filter((entry) => !found.some(isSame(entry)));
  return [...lines, ...stale.map((entry) => `breaking.json lists ${entry.operation} [${entry.id}], which breaks nothing: remove it`)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = breaks(released, current, JSON.parse(readFileSync(file('breaking.json'), 'utf8')));
  for (const line of lines) console.error(line);
  process.exitCode = lines.length ? 1 : 0;
}
