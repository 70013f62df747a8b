// Errors of the TypeScript SDK for error responses.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OcipeError } from '@ocipe/client';
import { startServer } from '../browser/server.mjs';
import { newLoggedInProgram, newName, newProgram, password } from './typescript-programs.mjs';

describe('An error of the TypeScript SDK', { timeout: 3_600_000 }, () => {
  let server, ocipe;
  before(async () => {
    server = await startServer({ OCIPE_REGISTRATIONS_PER_HOUR: '1' });
    ({ ocipe } = await newLoggedInProgram(server));
  });
  after(() => server?.stop());

  it('has all errors in the input, for programs and for people', async () => {
    const body = { name: '', meat_type: 'any', longevity: -1, frequency: 'weekday', ingredients: [] };
    const error = await errorOf(ocipe.POST('/api/recipes/', { body }));
    assert.deepEqual([error.name, error.status, error.code, error.retryAfter], ['OcipeError', 400, 'invalid_input', undefined]);
    assert.deepEqual(error.errors.map(({ field, code }) => `${field} ${code}`).sort(), ['longevity too_small', 'name blank']);
    assert.equal(error.detail, 'The input is invalid; see errors.');
    assert.equal(error.message, error.errors.map(({ field, detail }) => `${field}: ${detail}`).join(' '));
  });

  it('has the request id of the server\'s log', async () => {
    const { requestId } = await errorOf(ocipe.GET('/api/recipes/{id}/', { params: { path: { id: 7 } } }));
    await server.logged(`"request":"${requestId}"`);
    const lines = server.log.split('\n').filter((line) => line.includes(`"request":"${requestId}"`));
    assert.equal(lines.length, 1);
    assert.match(lines[0], /"status":404/);
  });

  it('has the time to wait before the call may be repeated', async () => {
    const error = await errorOf(newProgram(server).ocipe.register(newName(), password));
    assert.deepEqual([error.status, error.code], [429, 'too_many_registrations']);
    assert.ok(error.retryAfter > 0 && error.retryAfter <= 3600, `after ${error.retryAfter} s`);
  });

  it('has the time to wait after too many calls in a minute, and the session continues', async () => {
    const busy = await startServer({ OCIPE_RATE_USER: '5' });
    try {
      const { ocipe } = await newLoggedInProgram(busy);
      const list = () => ocipe.GET('/api/grocery/list/');
      const error = await errorOf((async () => {
        for (;;) await list();
      })());
      assert.deepEqual([error.status, error.code, error.errors], [429, 'too_many_requests', []]);
      assert.ok(error.retryAfter > 0 && error.retryAfter <= 60, `after ${error.retryAfter} s`);
      assert.equal(ocipe.session.state, 'signed-in');
      const { ocipe: other } = await newLoggedInProgram(busy);
      assert.deepEqual((await other.GET('/api/grocery/list/')).data, [], 'another user has a limit of their own');
    } finally {
      await busy.stop();
    }
  });

  it('is also thrown for a response without data', async () => {
    const known = (await ocipe.GET('/.well-known/jwks.json')).response.headers.get('ETag');
    const error = await errorOf(ocipe.GET('/.well-known/jwks.json', { params: { header: { 'If-None-Match': known } } }));
    assert.deepEqual([error.status, error.code, error.detail, error.errors], [304, undefined, 'The response is 304 Not Modified.', []]);
  });

  async function errorOf(call) {
    const [{ reason }] = await Promise.allSettled([call]);
    assert.ok(reason instanceof OcipeError, `not an OcipeError: ${reason}`);
    return reason;
  }
});
