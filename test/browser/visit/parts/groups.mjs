// Tuesday: the user renames and deletes groups of the fridge, with all kinds of names.
import assert from 'node:assert/strict';
import { opened } from '../../web-client/calls.mjs';
import * as fridge from '../fridge-page.mjs';
import { problem } from '../page.mjs';

const unusualNames = ['a/b', 'Käse & Co', '50 off?', '100 % #1; "x" + y', '../fruit', '冷蔵庫 ❄️'];
const path = (group) => `/api/fridge/ingredient/group/${encodeURIComponent(group)}`;
const names = async (page) => (await fridge.groups(page)).map(([name]) => name);

export function testGroups({ step, stepAndReload, screenshotOf }) {
  let last = 'Dairy';
  for (const name of unusualNames) {
    const before = last;
    stepAndReload(`renames the group ${before} to ${name}`, [`PUT ${path(before)} 200`, opened.Fridge], async (page) => {
      await fridge.renameGroup(page, before, name);
      const groups = await fridge.groups(page);
      assert.deepEqual(groups.find((group) => group[0] === name), [name, 'Beurre salé', '豆腐']);
      assert.equal(groups.length, 4);
    });
    last = name;
  }

  stepAndReload('renames a group to an existing one: they are merged', [`PUT ${path(last)} 200`, opened.Fridge], async (page) => {
    await screenshotOf(page, 'a group with an unusual name');
    await fridge.renameGroup(page, last, 'Zutaten');
    assert.deepEqual((await fridge.groups(page)).at(-1), ['Zutaten', 'Beurre salé', 'Thyme', '豆腐', 'Milk']);
  });

  step('can\'t rename a group to a blank name', [`PUT ${path('Zutaten')} 400`], async (page) => {
    await fridge.renameGroup(page, 'Zutaten', ' ');
    assert.match(await problem(page), /new_group: /);
  });

  for (const name of unusualNames) {
    const calls = ['POST /api/fridge/ingredient/ 201', opened.Fridge, `DELETE ${path(name)} 200`, opened.Fridge];
    step(`deletes the group ${name}, and no other`, calls, async (page) => {
      const before = await names(page);
      await fridge.add(page, 'Something', name);
      assert.ok((await names(page)).includes(name));
      await fridge.removeGroup(page, name);
      assert.deepEqual(await names(page), before);
    });
  }
}
