// A test of the tests: those that are made from the contract notice it when the server is broken.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mutations } from './mutations.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('The tests that are made from the contract', { timeout: 1_500_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ocipe-mutation-'));
  after(() => rmSync(folder, { recursive: true }));

  // proof runs them, with one file of the server replaced; -overlay does it without touching the tree. The seed makes
  // the fuzzer look at the same requests each time.
  async function proof({ file, text } = {}) {
    const overlay = join(folder, 'overlay.json');
    const replaced = join(folder, 'replaced.go');
    if (file) writeFileSync(replaced, text);
    writeFileSync(overlay, JSON.stringify({ Replace: file ? { [join(root, file)]: replaced } : {} }));
    const examples = await run('go', ['test', '-overlay', overlay, '-run', '^TestTheContracts', './api']);
    if (!examples.passed) return examples;
    const fuzzing = ['-failfast', '-rapid.checks=100', '-rapid.seed=1', '-rapid.shrinktime=1s', '-rapid.nofailfile'];
    return run('go', ['test', '-overlay', overlay, './internal/contractfuzz', ...fuzzing]);
  }

  const run = (program, args) => new Promise((resolve) => {
    execFile(program, args, { cwd: root, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      resolve({ passed: !error, said: stdout + stderr });
    });
  });

  it('pass as long as nothing is broken', async () => {
    const { passed, said } = await proof();
    assert.ok(passed, said);
  });

  for (const { what, file, from, to } of mutations) {
    it(`notice ${what}`, async () => {
      const parts = readFileSync(join(root, file), 'utf8').split(from);
      assert.equal(parts.length, 2, `${file} has this ${parts.length - 1} times, not once: ${from}`);
      const { passed, said } = await proof({ file, text: parts.join(to) });
      assert.doesNotMatch(said, /\[(build|setup) failed\]/, said);
      assert.ok(!passed && said.includes('--- FAIL'), 'nothing noticed it');
    });
  }
});
