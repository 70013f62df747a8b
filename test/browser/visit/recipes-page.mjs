// Actions of a user on the page Recipes, and its contents.
import { fill, press, texts } from './page.mjs';

const form = (page, name) => page.getByRole('form', { name, exact: true });
const card = (page, name) => page.getByRole('article', { name, exact: true });

export async function add(page, fields) {
  await fill(form(page, 'Add a recipe'), fields);
  await press(form(page, 'Add a recipe'), 'Save');
}

export async function edit(page, name, fields) {
  await card(page, name).getByRole('button', { name: 'Edit' }).click();
  await fill(form(page, 'Edit the recipe'), fields);
  await press(form(page, 'Edit the recipe'), 'Save');
}

export const remove = (page, name) => press(card(page, name), 'Delete');

export async function importText(page, text) {
  await fill(form(page, 'Import'), { Recipes: text });
  await press(form(page, 'Import'), 'Import');
}

export async function search(page, fields) {
  await fill(form(page, 'Search'), { 'With ingredients': '', 'With the text': '', Order: '', ...fields });
  await press(form(page, 'Search'), 'Search');
}

export const names = (page) => texts(page.getByRole('article').getByRole('heading'));

// accuracies returns the name and the accuracy of each recipe after a search by ingredients.
export const accuracies = (page) => page.getByRole('article').evaluateAll((cards) => cards.map((one) => [
  one.querySelector('h2').innerText, one.querySelector('.accuracy')?.innerText,
]));

// read returns all texts that the page shows for a recipe.
export async function read(page, name) {
  const at = card(page, name);
  return {
    facts: await at.locator('.facts').innerText(),
    ingredients: await texts(at.getByRole('listitem')),
    note: await at.locator('.note').innerText(),
  };
}

export const date = (page, name) => card(page, name).getByRole('time').getAttribute('datetime');
