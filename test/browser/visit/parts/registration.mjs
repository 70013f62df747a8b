// A new user registers and logs in.
import assert from 'node:assert/strict';
import { anonymous, loaded } from '../../web-client/calls.mjs';
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

export function testRegistration({ step, stepAndReload }) {
  step('sees the login form', anonymous, async (page) => {
    assert.equal(await state(page), 'login');
  });

  step('can\'t register with a password that is too short', ['POST /api/user/register/ 400'], async (page) => {
    await register(page, { ...cook, Password: 'eggs' });
    assert.equal(await problem(page), 'Error: That name is taken.'); // the client shows this for every 400
  });

  step('registers', ['POST /api/user/register/ 201'], async (page) => {
    await register(page, cook);
    assert.equal(await notice(page), 'User registered successfully');
  });

  step('can\'t register a name that is taken', ['POST /api/user/register/ 400'], async (page) => {
    await register(page, { ...cook, Name: 'AMÉLIE' });
    assert.equal(await problem(page), 'Error: That name is taken.');
  });

  step('can\'t log in with a wrong password', ['POST /api/user/token/ 401'], async (page) => {
    await logIn(page, { ...cook, Password: 'eggs benedict at one' });
    assert.equal(await problem(page), 'No active account found with the given credentials');
    assert.equal(await state(page), 'login');
  });

  stepAndReload('logs in and sees no recipes', ['POST /api/user/token/ 200', loaded], async (page) => {
    await logIn(page, cook);
    assert.equal(await heading(page), 'Recipes');
    assert.deepEqual(await names(page), []);
  });
}
