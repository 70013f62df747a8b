// Actions of a user on the page Grocery, and its contents.
import { fill, idle, press, rewrite, texts } from './page.mjs';

const list = (page, name) => page.getByRole('list', { name, exact: true }).getByRole('listitem');
const checklist = (page) => page.getByRole('region', { name: 'Checklist' });
const lineOf = (page, text) => checklist(page).getByRole('listitem').filter({ has: page.getByText(text, { exact: true }) });
const historyOf = (page) => page.getByRole('region', { name: 'History' });

export async function choose(page, ...names) {
  await press(page, 'Clear the choice');
  for (const name of names) await press(page.getByRole('list', { name: 'Choose' }), name);
}

export const chosen = (page) => texts(list(page, 'Chosen'));
export const choices = (page) => texts(list(page, 'Choose')); // names and states
export const generate = (page) => press(page, 'Generate the list');
export const save = (page) => press(page, 'Save to the checklist');

export async function plan(page) {
  return { buy: await texts(list(page, 'To buy')), have: await texts(list(page, 'In the fridge')) };
}

export async function write(page, items) {
  await fill(page.getByRole('form', { name: 'Add items' }), { Items: items });
  await press(page.getByRole('form', { name: 'Add items' }), 'Add');
}

export async function tick(page, text) {
  await lineOf(page, text).getByRole('checkbox').click();
  await idle(page);
}

export const change = (page, text, newText) => rewrite(lineOf(page, text), newText);
export const remove = (page, text) => press(lineOf(page, text), 'Delete');
export const empty = (page) => press(page, 'Empty the list');

// lines returns the lines of the checklist; a ticked line begins with ✓.
export const lines = (page) => checklist(page).getByRole('listitem').evaluateAll((items) => items.map((item) => (
  `${item.querySelector('input').checked ? '✓ ' : ''}${item.querySelector('.text').innerText}`
)));

export async function history(page) {
  return { recent: await texts(historyOf(page).locator('.recent')), all: await texts(historyOf(page).locator('.text')) };
}

export const reuse = (page, plan) => press(historyOf(page).getByRole('listitem').filter({ hasText: plan }).first(), 'Reuse');
export const forget = (page) => press(historyOf(page), 'Forget');
