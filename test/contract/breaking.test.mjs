// Tests that breaking.mjs finds changes that break clients.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { breaks, current, file, released } from './breaking.mjs';

describe('The contract', { timeout: 3_600_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'ocipe-contract-'));
  after(() => rmSync(folder, { recursive: true }));

  // changed writes a copy of the contract with texts replaced. Each must occur exactly once.
  function changed(...changes) {
    let text = readFileSync(current, 'utf8');
    for (const [from, to] of changes) {
      assert.equal(text.split(from).length, 2, `not exactly once in the contract: ${from}`);
      text = text.replace(from, to);
    }
    const path = join(folder, 'changed.yaml');
    writeFileSync(path, text);
    return path;
  }
  const withoutUpdatedCount = [
    ['required: [updated_count]', 'required: [recipes]'],
    ["        updated_count: {$ref: '#/components/schemas/Count'}", "        recipes: {$ref: '#/components/schemas/Count'}"],
  ];
  const deprecated = ['operationId: refreshRecipes\n', "operationId: refreshRecipes\n      deprecated: true\n      x-sunset: '2027-06-30'\n"];
  const listed = { operation: 'refreshRecipes', id: 'response-required-property-removed', reason: 'renamed to recipes' };

  it('breaks no client of the last release', () => {
    assert.deepEqual(breaks(released, current, JSON.parse(readFileSync(file('breaking.json'), 'utf8'))), []);
  });

  it('may not lose a member of a response', () => {
    const lines = breaks(current, changed(...withoutUpdatedCount), []);
    assert.equal(lines.length, 1);
    assert.match(lines[0], /refreshRecipes.*updated_count.*list it/);
  });

  it('may not reject input that was valid, or lose an operation', () => {
    const lines = breaks(current, changed(
      ['required: [item]', 'required: [item, isChecked]'],
      ['  /api/grocery/history/recent/:', '  /api/grocery/history/newest/:'],
    ), []);
    assert.match(lines.join('\n'), /replaceGroceryItem/);
    assert.match(lines.join('\n'), /listRecentPlans|history\/recent/);
  });

  it('may break clients with a reason, if the operation is deprecated', () => {
    assert.deepEqual(breaks(current, changed(...withoutUpdatedCount, deprecated), [listed]), []);
    assert.match(breaks(current, changed(...withoutUpdatedCount), [listed])[0], /must be deprecated/);
    assert.match(breaks(current, changed(...withoutUpdatedCount, deprecated), [{ ...listed, reason: '' }])[0], /no reason/);
    assert.match(breaks(current, current, [listed])[0], /breaks nothing/);
  });

  it('may widen a limit of all operations with a reason why clients keep working', () => {
    const wider = changed(['RecipeName: {type: string, minLength: 1, maxLength: 200', 'RecipeName: {type: string, minLength: 1, maxLength: 201']);
    const entry = {
      operation: '*', id: 'response-property-max-length-increased', finding: 'from `200` to `201`', reason: 'longer names', compatible: 'no client measures',
    };
    assert.deepEqual(breaks(current, wider, [entry]), []);
    for (const worse of [{ ...entry, compatible: '' }, { ...entry, finding: 'from `200` to `500`' }, { ...entry, finding: '' }]) {
      assert.match(breaks(current, wider, [worse]).join('\n'), /undo it/);
    }
    assert.match(breaks(current, wider, [{ ...entry, reason: '' }])[0], /no reason/);
  });
});
