// Programs that use the TypeScript SDK, and their users.
import assert from 'node:assert/strict';
import { createClient, OcipeError } from '@ocipe/client';
import { newNetwork } from './typescript-network.mjs';

export const password = 'eggs benedict at noon';
export const refresh = 'POST /api/user/token/refresh/';
export const logout = 'POST /api/user/logout/';
export const times = (count, line) => Array(count).fill(line);

// newStore returns a store with this token.
export function newStore(token) {
  const store = { token, get: async () => store.token, set: async (token) => void (store.token = token) };
  return store;
}

// newProgram starts a program. It may use the store of an earlier program.
export function newProgram(server, store = newStore(), options = {}) {
  const network = newNetwork();
  const ocipe = createClient({ baseUrl: server.url, fetch: network.fetch, refreshTokenStore: store, ...options });
  const states = [];
  ocipe.session.onChange((state) => states.push(state));
  return { network, ocipe, states, store };
}

let accounts = 0;
export const newName = () => `cook${++accounts}`;

// newLoggedInProgram starts a program in which a new user has just logged in.
export async function newLoggedInProgram(server, options) {
  const program = newProgram(server, newStore(), options);
  const username = newName();
  await program.ocipe.register(username, password);
  await program.ocipe.login(username, password);
  program.network.take();
  return { ...program, username };
}

// errorWith returns a check that an error is an OcipeError with this status and code.
export const errorWith = (status, code) => (error) => {
  assert.ok(error instanceof OcipeError, `not an OcipeError: ${error}`);
  assert.deepEqual([error.status, error.code], [status, code]);
  return true;
};
