// Somebody comes, makes an account and logs in.
import assert from 'node:assert/strict';
import { anonymous, shown } from '../../web-client/calls.mjs';
import { heading, notice, press, problem, state } from '../page.mjs';
import { names } from '../recipes-page.mjs';

export const cook = { Name: 'Amélie', Password: 'eggs benedict at noon' };

export async function logIn(page, { Name, Password }) {
  await enter(page, Name, Password);
  await press(page, 'Log in');
}

export async function register(page, { Name, Password }) {
  await enter(page, Name, Password);
  await press(page, 'Register');
}

async function enter(page, name, password) {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
}

export function arrives({ glance, step }) {
  glance('shows a stranger the login form', anonymous, async (page) => {
    assert.equal(await state(page), 'login');
  });

  glance('makes no account with a password that is too short', ['POST /api/user/register/ 400'], async (page) => {
    await register(page, { ...cook, Password: 'eggs' });
    assert.equal(await problem(page), 'Error: That name is taken.'); // it knows no other reason
  });

  glance('makes an account', ['POST /api/user/register/ 201'], async (page) => {
    await register(page, cook);
    assert.equal(await notice(page), 'User registered successfully');
  });

  glance('makes no second account of the same name', ['POST /api/user/register/ 400'], async (page) => {
    await register(page, { ...cook, Name: 'AMÉLIE' });
    assert.equal(await problem(page), 'Error: That name is taken.');
  });

  glance('is not let in with a wrong password', ['POST /api/user/token/ 401'], async (page) => {
    await logIn(page, { ...cook, Password: 'eggs benedict at one' });
    assert.equal(await problem(page), 'No active account found with the given credentials');
    assert.equal(await state(page), 'login');
  });

  step('logs in to an empty kitchen', ['POST /api/user/token/ 200', shown], async (page) => {
    await logIn(page, cook);
    assert.equal(await heading(page), 'Recipes');
    assert.deepEqual(await names(page), []);
  });
}
