// Says what of the contract breaks clients of the released one. oasdiff finds it; a break is let through only if
// breaking.json lists it with a reason, and the operation is deprecated, so that its answers carry Deprecation and Sunset.
//
//   node test/contract/breaking.mjs     compares openapi.yaml with released.yaml beside this file
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const oasdiff = 'github.com/oasdiff/oasdiff@v1.35.0';
export const file = (name) => fileURLToPath(new URL(name, import.meta.url));
export const released = file('released.yaml');
export const current = file('../../openapi.yaml');

// breaks returns a line for each break that is not let through, and for each listed one that isn't there.
export function breaks(base, revision, listed) {
  const options = ['--format', 'json', '--attributes', 'x-sunset'];
  const found = JSON.parse(execFileSync('go', ['run', oasdiff, 'breaking', base, revision, ...options], { encoding: 'utf8' }));
  const isSame = (entry) => (finding) => entry.id === finding.id && entry.operation === finding.operationId;

  const complaints = found.flatMap((finding) => {
    const where = `${finding.operation} ${finding.path} (${finding.operationId}): ${finding.text} [${finding.id}]`;
    const entry = listed.find((one) => isSame(one)(finding));
    if (!entry) return [`${where}: keep it, or list it in breaking.json and deprecate the operation`];
    if (!entry.reason) return [`${where}: breaking.json gives no reason`];
    if (!finding.attributes?.['x-sunset']) return [`${where}: the operation must be deprecated, with x-sunset`];
    return [];
  });
  const stale = listed.filter((entry) => !found.some(isSame(entry)));
  return [...complaints, ...stale.map((entry) => `breaking.json lists ${entry.operation} [${entry.id}], which breaks nothing: remove it`)];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const complaints = breaks(released, current, JSON.parse(readFileSync(file('breaking.json'), 'utf8')));
  for (const complaint of complaints) console.error(complaint);
  process.exitCode = complaints.length ? 1 : 0;
}
