// Programs that use the TypeScript SDK, and the people who use them.
import assert from 'node:assert/strict';
import { createClient, OcipeError } from '@ocipe/client';
import { newNetwork } from './typescript-network.mjs';

export const password = 'eggs benedict at noon';
export const refresh = 'POST /api/user/token/refresh/';
export const logout = 'POST /api/user/logout/';
export const times = (count, line) => Array(count).fill(line);

// newStore is a store that holds this token.
export function newStore(token) {
  const store = { token, get: async () => store.token, set: async (token) => void (store.token = token) };
  return store;
}

// newProgram is a program that has been started, with a store that it may have used before.
export function newProgram(server, store = newStore()) {
  const network = newNetwork();
  const ocipe = createClient({ baseUrl: server.url, fetch: network.fetch, refreshTokenStore: store });
  const states = [];
  ocipe.session.onChange((state) => states.push(state));
  return { network, ocipe, states, store };
}

let accounts = 0;
export const newName = () => `cook${++accounts}`;

// newcomer is a program in which somebody has just logged in.
export async function newcomer(server) {
  const program = newProgram(server);
  const username = newName();
  await program.ocipe.register(username, password);
  await program.ocipe.login(username, password);
  program.network.take();
  return { ...program, username };
}

// refusal checks that an error is a refusal of the server.
export const refusal = (status, code) => (error) => {
  assert.ok(error instanceof OcipeError, `not refused but failed: ${error}`);
  assert.deepEqual([error.status, error.code], [status, code]);
  return true;
};
