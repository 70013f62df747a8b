// Tuesday: the fridge is filled and put in order.
import assert from 'node:assert/strict';
import { seen } from '../../web-client/calls.mjs';
import * as fridge from '../fridge-page.mjs';
import { heading, press, problem } from '../page.mjs';

const shopping = [
  ['Butter', 'Dairy'], ['Potato', 'Öl & Gemüse'], ['SALT', 'a pantry'], ['Milk', 'Dairy'],
  ['Thyme', 'Zutaten'], ['豆腐', '冷蔵庫'], ['Milk', 'Dairy'],
];

export function fillsTheFridge({ glance, step, picture }) {
  const changed = (...calls) => [...calls, seen.Fridge];
  const item = (method, status) => changed(`${method} /api/fridge/ingredient/{id}/ ${status}`);
  const added = changed('POST /api/fridge/ingredient/ 201');

  step('finds the fridge empty', seen.Fridge, async (page) => {
    await press(page, 'Fridge');
    assert.equal(await heading(page), 'Fridge');
    assert.deepEqual(await fridge.groups(page), []);
  });

  step('fills it, and sees the groups in reverse alphabetical order', shopping.map(() => added), async (page) => {
    for (const [name, group] of shopping) await fridge.add(page, name, group);
    assert.deepEqual(await fridge.groups(page), [ // by bytes: capitals before small letters before umlauts, turned round
      ['冷蔵庫', '豆腐'], ['Öl & Gemüse', 'Potato'], ['a pantry', 'SALT'], ['Zutaten', 'Thyme'],
      ['Dairy', 'Butter', 'Milk', 'Milk'],
    ]);
    await picture(page, 'the fridge');
  });

  glance('puts nothing without a name into it', ['POST /api/fridge/ingredient/ 400'], async (page) => {
    await fridge.add(page, ' ', 'Dairy');
    assert.match(await problem(page), /name: /);
  });

  step('gives an ingredient another name, in its place', item('PATCH', 200), async (page) => {
    await fridge.renameItem(page, 'Dairy', 'Butter', 'Beurre salé');
    assert.deepEqual((await fridge.groups(page)).at(-1), ['Dairy', 'Beurre salé', 'Milk', 'Milk']);
  });

  step('takes one of two equal ingredients out', item('DELETE', 204), async (page) => {
    await fridge.removeItem(page, 'Dairy', 'Milk');
    assert.deepEqual((await fridge.groups(page)).at(-1), ['Dairy', 'Beurre salé', 'Milk']);
  });

  step('drags an ingredient to another group', item('PUT', 200), async (page) => {
    await fridge.drag(page, 'Milk', 'Dairy', 'Zutaten');
    assert.deepEqual((await fridge.groups(page)).slice(-2), [['Zutaten', 'Thyme', 'Milk'], ['Dairy', 'Beurre salé']]);
  });

  step('drags the last ingredient out of a group, which is gone then', item('PUT', 200), async (page) => {
    await fridge.drag(page, '豆腐', '冷蔵庫', 'Dairy');
    assert.deepEqual((await fridge.groups(page))[0], ['Öl & Gemüse', 'Potato']);
    assert.deepEqual((await fridge.groups(page)).at(-1), ['Dairy', 'Beurre salé', '豆腐']);
  });

  glance('drops an ingredient where it was', [], async (page) => {
    const before = await fridge.groups(page);
    await fridge.drag(page, 'Thyme', 'Zutaten', 'Zutaten');
    assert.deepEqual(await fridge.groups(page), before);
  });
}
