// Still Tuesday: groups of the fridge are renamed and deleted, whatever their names.
import assert from 'node:assert/strict';
import { seen } from '../../web-client/calls.mjs';
import * as fridge from '../fridge-page.mjs';
import { problem } from '../page.mjs';

const odd = ['a/b', 'Käse & Co', '50 off?', '100 % #1; "x" + y', '../fruit', '冷蔵庫 ❄️'];
const path = (group) => `/api/fridge/ingredient/group/${encodeURIComponent(group)}`;
const names = async (page) => (await fridge.groups(page)).map(([name]) => name);

export function renamesGroups({ glance, step, picture }) {
  let last = 'Dairy';
  for (const name of odd) {
    const before = last;
    step(`renames the group ${before} to ${name}`, [`PUT ${path(before)} 200`, seen.Fridge], async (page) => {
      await fridge.renameGroup(page, before, name);
      const groups = await fridge.groups(page);
      assert.deepEqual(groups.find((group) => group[0] === name), [name, 'Beurre salé', '豆腐']);
      assert.equal(groups.length, 4);
    });
    last = name;
  }

  step('renames a group to one that exists: they become one', [`PUT ${path(last)} 200`, seen.Fridge], async (page) => {
    await picture(page, 'a group with an odd name');
    await fridge.renameGroup(page, last, 'Zutaten');
    assert.deepEqual((await fridge.groups(page)).at(-1), ['Zutaten', 'Beurre salé', 'Thyme', '豆腐', 'Milk']);
  });

  glance('gives no group a blank name', [`PUT ${path('Zutaten')} 400`], async (page) => {
    await fridge.renameGroup(page, 'Zutaten', ' ');
    assert.match(await problem(page), /new_group: /);
  });

  for (const name of odd) {
    const calls = ['POST /api/fridge/ingredient/ 201', seen.Fridge, `DELETE ${path(name)} 200`, seen.Fridge];
    glance(`deletes the group ${name}, and no other`, calls, async (page) => {
      const before = await names(page);
      await fridge.add(page, 'Something', name);
      assert.ok((await names(page)).includes(name));
      await fridge.removeGroup(page, name);
      assert.deepEqual(await names(page), before);
    });
  }
}
