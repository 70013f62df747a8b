// Calls of the TypeScript SDK that the program aborts while they wait for something else than their own response.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromServer, newFaultyClient, status, success } from './typescript-faults.mjs';

const silence = { end: () => new Promise(() => {}) };
const old = { end: status(401, '{"code":"reauthentication_required","detail":"The login is too old."}', fromServer) };
const enough = new Error('enough');

describe('A call of the TypeScript SDK that is aborted', () => {
  it('ends at once while it waits for a refresh, which the other calls still get', async () => {
    let refreshed;
    const refresh = { end: () => new Promise((resolve) => (refreshed = resolve)) };
    const { clock, ocipe, sent } = newFaultyClient([refresh], { apiToken: undefined });
    const other = ocipe.GET('/api/fridge/');
    const abort = new AbortController();
    clock.after(1000, () => abort.abort(enough));
    await assert.rejects(clock.run(ocipe.GET('/api/recipes/', { signal: abort.signal })), enough);
    refreshed(success.end());
    await clock.run(other);
    assert.deepEqual(sent.map(({ line }) => line), ['POST /api/user/token/refresh/', 'GET /api/fridge/']);
  });

  it('ends at once while the user is asked for the password', async () => {
    const { clock, ocipe } = newFaultyClient([success, old], { apiToken: undefined, askPassword: silence.end });
    const abort = new AbortController();
    clock.after(1000, () => abort.abort(enough));
    await assert.rejects(clock.run(ocipe.DELETE('/api/user/me/', { signal: abort.signal })), enough);
  });

  for (const apiToken of [undefined, 'ocipe_pat_']) {
    it(`sends nothing if it was aborted before it began (${apiToken ? 'API token' : 'session'})`, async () => {
      const { clock, ocipe, sent } = newFaultyClient([], { apiToken });
      await assert.rejects(clock.run(ocipe.POST('/api/grocery/list/', { body: { items: 'milk' }, signal: AbortSignal.abort(enough) })), enough);
      assert.deepEqual(sent, []);
    });
  }

  it('may share its signal with many calls, without a warning of Node', async () => {
    const warnings = [];
    const warned = (warning) => warnings.push(warning.message);
    process.on('warning', warned);
    const abort = new AbortController();
    const { clock, ocipe } = newFaultyClient(Array(30).fill(silence));
    const calls = Array.from({ length: 30 }, () => ocipe.GET('/api/recipes/', { signal: abort.signal }));
    clock.after(1000, () => abort.abort(enough));
    const results = await clock.run(Promise.allSettled(calls));
    assert.deepEqual(results.map(({ reason }) => reason), Array(30).fill(enough));
    process.off('warning', warned);
    assert.deepEqual(warnings, []);
  });
});
