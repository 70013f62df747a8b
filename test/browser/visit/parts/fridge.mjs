// Tuesday: the user fills the fridge and sorts it.
import assert from 'node:assert/strict';
import { opened } from '../../web-client/calls.mjs';
import * as fridge from '../fridge-page.mjs';
import { heading, press, problem } from '../page.mjs';

const shopping = [
  ['Butter', 'Dairy'], ['Potato', 'Öl & Gemüse'], ['SALT', 'a pantry'], ['Milk', 'Dairy'],
  ['Thyme', 'Zutaten'], ['豆腐', '冷蔵庫'], ['Milk', 'Dairy'],
];

export function testFridge({ step, stepAndReload, screenshotOf }) {
  const changed = (...calls) => [...calls, opened.Fridge];
  const item = (method, status) => changed(`${method} /api/fridge/ingredient/{id}/ ${status}`);
  const added = changed('POST /api/fridge/ingredient/ 201');

  stepAndReload('finds the fridge empty', opened.Fridge, async (page) => {
    await press(page, 'Fridge');
    assert.equal(await heading(page), 'Fridge');
    assert.deepEqual(await fridge.groups(page), []);
  });

  stepAndReload('fills it, and sees the groups in reverse alphabetical order', shopping.map(() => added), async (page) => {
    for (const [name, group] of shopping) await fridge.add(page, name, group);
    assert.deepEqual(await fridge.groups(page), [ // by bytes in descending order: umlauts, small letters, capitals
      ['冷蔵庫', '豆腐'], ['Öl & Gemüse', 'Potato'], ['a pantry', 'SALT'], ['Zutaten', 'Thyme'],
      ['Dairy', 'Butter', 'Milk', 'Milk'],
    ]);
    await screenshotOf(page, 'the fridge');
  });

  step('can\'t add an ingredient without a name', ['POST /api/fridge/ingredient/ 400'], async (page) => {
    await fridge.add(page, ' ', 'Dairy');
    assert.match(await problem(page), /name: /);
  });

  stepAndReload('renames an ingredient, which keeps its place', item('PATCH', 200), async (page) => {
    await fridge.renameItem(page, 'Dairy', 'Butter', 'Beurre salé');
    assert.deepEqual((await fridge.groups(page)).at(-1), ['Dairy', 'Beurre salé', 'Milk', 'Milk']);
  });

  stepAndReload('deletes one of two equal ingredients', item('DELETE', 204), async (page) => {
    await fridge.removeItem(page, 'Dairy', 'Milk');
    assert.deepEqual((await fridge.groups(page)).at(-1), ['Dairy', 'Beurre salé', 'Milk']);
  });

  stepAndReload('drags an ingredient to another group', item('PUT', 200), async (page) => {
    await fridge.drag(page, 'Milk', 'Dairy', 'Zutaten');
    assert.deepEqual((await fridge.groups(page)).slice(-2), [['Zutaten', 'Thyme', 'Milk'], ['Dairy', 'Beurre salé']]);
  });

  stepAndReload('drags the last ingredient out of a group, which disappears', item('PUT', 200), async (page) => {
    await fridge.drag(page, '豆腐', '冷蔵庫', 'Dairy');
    assert.deepEqual((await fridge.groups(page))[0], ['Öl & Gemüse', 'Potato']);
    assert.deepEqual((await fridge.groups(page)).at(-1), ['Dairy', 'Beurre salé', '豆腐']);
  });

  step('drops an ingredient on its own group, which changes nothing', [], async (page) => {
    const before = await fridge.groups(page);
    await fridge.drag(page, 'Thyme', 'Zutaten', 'Zutaten');
    assert.deepEqual(await fridge.groups(page), before);
  });
}
