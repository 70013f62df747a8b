// Actions of a user on the page Fridge, and its contents.
import { fill, idle, press, rewrite } from './page.mjs';

const groupOf = (page, name) => page.getByRole('region', { name, exact: true });
const itemOf = (page, group, name) => (
  groupOf(page, group).getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) }).first()
);

export async function add(page, name, group) {
  const form = page.getByRole('form', { name: 'Add an ingredient' });
  await fill(form, { Name: name, Group: group });
  await press(form, 'Add');
}

export const renameItem = (page, group, name, newName) => rewrite(itemOf(page, group, name), newName);
export const removeItem = (page, group, name) => press(itemOf(page, group, name), 'Delete');
export const renameGroup = (page, name, newName) => rewrite(groupOf(page, name).getByRole('heading'), newName);
export const removeGroup = (page, name) => press(groupOf(page, name), 'Delete the group');

// drag drags an ingredient to a group with the mouse.
export async function drag(page, name, from, to) {
  await itemOf(page, from, name).locator('.text').dragTo(groupOf(page, to));
  await idle(page);
}

// groups returns all groups with their ingredients, from top to bottom.
export const groups = (page) => page.getByRole('region').evaluateAll((regions) => regions.map((region) => [
  region.querySelector('h2 .text').innerText, ...[...region.querySelectorAll('li .text')].map((item) => item.innerText),
]));
