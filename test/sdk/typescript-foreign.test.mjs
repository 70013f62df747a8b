// Responses that aren't from an Ocipe server, but from a proxy, a login page or another server.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OcipeError } from '@ocipe/client';
import { newFaultyClient } from './typescript-faults.mjs';

const page = { 'Content-Type': 'text/html' };

describe('If the response is from another server, the TypeScript SDK', () => {
  const successes = {
    'a page': () => new Response('<h1>Welcome</h1>', { headers: page }),
    'an empty page': () => new Response('', { headers: { 'Content-Length': '0' } }),
    '204': () => new Response(null, { status: 204 }),
    'other JSON': () => Response.json({ access: 'e30.e30.x' }),
  };
  const calls = {
    list: (ocipe) => ocipe.GET('/api/recipes/'),
    create: (ocipe) => ocipe.POST('/api/grocery/list/', { body: { items: 'milk' } }),
    delete: (ocipe) => ocipe.DELETE('/api/recipes/{id}/', { params: { path: { id: 7 } } }),
    export: (ocipe) => ocipe.exportAccount(),
    register: (ocipe) => ocipe.register('chiara', 'ribollita at dawn'),
    login: (ocipe) => ocipe.login('chiara', 'ribollita at dawn'),
    logout: (ocipe) => ocipe.logout(),
    restore: (ocipe) => ocipe.session.restore(),
  };
  for (const [what, end] of Object.entries(successes)) {
    for (const [name, call] of Object.entries(calls)) {
      it(`doesn't take ${what} for a success (${name})`, async () => {
        const { clock, ocipe, sent } = newFaultyClient([{ end }]);
        const error = await clock.run(call(ocipe)).then(() => undefined, (thrown) => thrown);
        assert.ok(error instanceof OcipeError, `not an OcipeError: ${error}`);
        assert.deepEqual([error.status, error.code, error.tries, error.uncertain], [end().status, undefined, 1, false]);
        assert.match(error.message, /check baseUrl and any proxy/);
        assert.equal(sent.length, 1);
        assert.equal(ocipe.session.state, 'unknown');
      });
    }
  }

  it('says so in the error', async () => {
    const end = () => new Response('<h1>Not here</h1>', { status: 404, headers: page });
    const { clock, ocipe } = newFaultyClient([{ end }]);
    await assert.rejects(clock.run(ocipe.GET('/api/recipes/')), /404.*check baseUrl and any proxy/);
  });

  // fetch sends neither the access token nor the cookie to another origin: a refresh then gets 400, and a logout ends no session.
  const redirected = (status, body) => {
    const response = new Response(body, { status, headers: { 'API-Version': '0.0.0' } });
    return Object.defineProperties(response, { redirected: { value: true }, url: { value: 'https://other.example.org/api/' } });
  };
  const noToken = () => redirected(400, '{"code":"invalid_input","detail":"No token."}');
  for (const [name, call, end] of [
    ['list', calls.list, () => redirected(401, '{"code":"not_authenticated","detail":"No token."}')],
    ['logout', calls.logout, () => redirected(204, null)],
    ['restore', calls.restore, noToken],
  ]) {
    it(`names the address to which the call was redirected (${name})`, async () => {
      const { clock, ocipe, sent } = newFaultyClient([{ end }]);
      await assert.rejects(clock.run(call(ocipe)), (error) => {
        assert.ok(error instanceof OcipeError, `not an OcipeError: ${error}`);
        assert.deepEqual([error.status, error.code], [end().status, undefined]);
        assert.match(error.message, /redirected to https:\/\/other\.example\.org: use the address to which the server redirects as baseUrl\.$/);
        return true;
      });
      assert.equal(sent.length, 1);
      assert.equal(ocipe.session.state, 'unknown');
    });
  }

  it('accepts a redirect to another path of the server', async () => {
    const end = () => Object.defineProperties(Response.json([], { headers: { 'API-Version': '0.0.0' } }), {
      redirected: { value: true }, url: { value: 'http://cook.example.org/kitchen/api/recipes' },
    });
    const { clock, ocipe } = newFaultyClient([{ end }]);
    assert.deepEqual((await clock.run(calls.list(ocipe))).data, []);
  });
});
