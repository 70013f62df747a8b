// A test of the tests: those that are made from the contract must detect that the server is broken.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { goTest, mutate } from './mutate.mjs';
import { contractMutations, ruleMutations } from './mutations.mjs';

describe('The tests that are made from the contract', { timeout: 10_800_000 }, () => {
  it('pass on the unchanged server', async () => {
    const { passed, output } = await runTests();
    assert.ok(passed, output);
  });

  for (const mutation of contractMutations) {
    it(`notice ${mutation.name}`, async () => {
      const { passed, built, output } = await runTests(mutate(mutation));
      assert.ok(built, output);
      assert.ok(!passed && output.includes('--- FAIL'), 'no test noticed it');
    });
  }

  // runTests runs the examples of the contract and, if they pass, the fuzzer. The seed makes the fuzzer send the same requests
  // each time.
  async function runTests(change) {
    const examples = await goTest(['-run', '^TestTheContracts', './api/...'], change);
    if (!examples.passed) return examples;
    const fuzzing = ['-failfast', '-rapid.checks=100', '-rapid.seed=1', '-rapid.shrinktime=1s', '-rapid.nofailfile'];
    return goTest(['./internal/contractfuzz', ...fuzzing], change);
  }
});

describe('A mutation that the Go tests must notice', () => {
  for (const mutation of ruleMutations) {
    it(`can be applied: ${mutation.name}`, () => void mutate(mutation));
  }
});
