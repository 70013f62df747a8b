// Retries of the TypeScript SDK, with a simulated network and clock.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OcipeError } from '@ocipe/client';
import { backoff, retryAfterOf } from '../../sdk/typescript/dist/backoff.js';
import { keyedOperations, longOperations } from '../../sdk/typescript/dist/operations.js';
import { contractOperations, failure, failures, fromServer, newFaultyClient, status, success } from './typescript-faults.mjs';

const refresh = 'POST /api/user/token/refresh/';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const soup = { name: 'Leek soup', meat_type: 'vegetarian', longevity: 3, frequency: 'weekday', ingredients: [] };
const any = (list) => list[Math.floor(Math.random() * list.length)];
const path = { id: 7, group_name: 'Spices' };

describe('A retry of the TypeScript SDK', { timeout: 3_600_000 }, () => {
  it('never performs a request twice unless that is harmless', async () => {
    const seen = { once: 0, repeated: 0, keyed: 0, 'POST without a key': 0, refresh: 0 };
    for (const { method, path } of contractOperations()) {
      for (const first of failures) {
        for (let round = 0; round < 2; round++) await check(method, path, [first, any(failures), any(failures), success], seen);
      }
    }
    for (const [kind, count] of Object.entries(seen)) assert.ok(count >= 10, `${kind}: ${count}`);
  });

  async function check(method, template, tries, seen) {
    const operation = `${method} ${template}`;
    if (longOperations.has(operation) && tries.some(({ name }) => name === 'silence')) return; // only its signal ends it
    const { clock, ocipe, sent } = newFaultyClient(tries);
    const init = { params: { path }, ...(method !== 'GET' && { body: soup }) };
    const [{ status, reason }] = await clock.run(Promise.allSettled([ocipe[method](template, init)]));
    const story = `${operation}: ${tries.slice(0, sent.length).map(({ name }) => name)}`;
    const last = tries[sent.length - 1];
    const keyed = keyedOperations.has(operation);
    assert.equal(status === 'fulfilled', last.name === 'success', `${story}: ${reason}`);
    assert.ok(sent.length === 3 || !(last.retryable && (method !== 'POST' || keyed)), `${story}: was given up`);
    assert.ok(sent.length <= 3, story);
    for (const [i, after] of sent.slice(1).entries()) {
      const [failed, before] = [tries[i], sent[i]];
      const wait = after.at - before.at;
      assert.ok(failed.retryable, story);
      assert.ok(wait >= (failed.retryAfter ?? 0), `${story}: after ${wait} ms`);
      assert.deepEqual([after.body, after.key], [before.body, before.key], story);
      if (operation === refresh) assert.ok(after.at - sent[0].at < 5000 || !tries.slice(0, i + 1).some(({ handled }) => handled), story);
      else assert.ok(method !== 'POST' || keyed || !failed.handled, story);
    }
    assert.equal(keyed, uuid.test(sent[0].key ?? ''), story);
    if (sent.length === 1) seen.once++;
    else seen[operation === refresh ? 'refresh' : keyed ? 'keyed' : method === 'POST' ? 'POST without a key' : 'repeated']++;
  }

  it('has the same keyed and long operations as the contract', () => {
    const having = (trait) => contractOperations().filter((operation) => operation[trait]).map(({ method, path }) => `${method} ${path}`).sort();
    for (const [name, trait, set] of [['longOperations', 'long', longOperations], ['keyedOperations', 'keyed', keyedOperations]]) {
      const wanted = having(trait);
      for (const operation of wanted) assert.ok(set.has(operation), `${name} in operations.ts lacks ${operation}`);
      for (const operation of set) assert.ok(wanted.includes(operation), `${name} in operations.ts has ${operation}; the contract doesn't`);
    }
  });

  it('waits a random time up to a limit that doubles', () => {
    for (const [tries, limit] of Object.entries({ 1: 500, 2: 1000, 3: 2000, 4: 4000, 5: 8000, 6: 8000, 100: 8000 })) {
      const waits = Array.from({ length: 1000 }, () => backoff(Number(tries)));
      assert.ok(Math.min(...waits) >= 0 && Math.min(...waits) < limit / 10, `after try ${tries}`);
      assert.ok(Math.max(...waits) < limit && Math.max(...waits) > limit * 0.9, `after try ${tries}`);
    }
  });

  it('parses Retry-After in seconds and as a date', () => {
    const now = Date.UTC(2026, 10, 28, 12);
    const date = (seconds) => new Date(now + 1000 * seconds).toUTCString();
    const cases = [
      ['', '', 0], ['0', '', 0], ['7', '', 7], ['7', date(3600), 7], ['-7', '', 0], ['+7', '', 0], ['1.5', '', 0], ['soon', '', 0],
      ['99999999999999999999', '', 0], [date(7), '', 7], [date(-7), '', 0], [date(3600), date(3593), 7], [date(7), 'now', 7],
      ['Saturday, 28-Nov-26 12:00:07 GMT', '', 7],
    ];
    for (const [retryAfter, sent, want] of cases) {
      const headers = new Headers({ 'Retry-After': retryAfter, Date: sent });
      assert.equal(retryAfterOf(headers, now), want, `${retryAfter} in a response of ${sent}`);
    }
  });

  it('keeps the key of the program', async () => {
    const { clock, ocipe, sent } = newFaultyClient([failure('502')]);
    await clock.run(ocipe.POST('/api/recipes/', { body: soup, headers: { 'idempotency-key': 'order-7' } }));
    assert.deepEqual(sent.map(({ key }) => key), ['order-7', 'order-7']);
  });

  it('has another key for each call', async () => {
    const { ocipe, sent } = newFaultyClient([]);
    for (let i = 0; i < 20; i++) await ocipe.POST('/api/grocery/list/', { body: { items: 'milk' } });
    assert.equal(new Set(sent.map(({ key }) => key)).size, 20);
  });

  const body = () => new Blob(['{}']).stream();
  it('does not send a stream again', async () => {
    for (const [name, error] of Object.entries({ refused: { message: 'fetch failed' }, 502: { status: 502 }, '503 overloaded': { status: 503 } })) {
      const { clock, ocipe, sent } = newFaultyClient([failure(name)]);
      await assert.rejects(clock.run(ocipe.POST('/api/recipes/', { body: body(), bodySerializer: (stream) => stream, duplex: 'half' })), error);
      assert.equal(sent.length, 1, name);
    }
  });

  it('does not send a stream with another access token', async () => {
    const expired = { end: status(401, '{"code":"token_not_valid","detail":"Old."}') };
    const { clock, ocipe, sent } = newFaultyClient([success, expired], { apiToken: undefined });
    await assert.rejects(clock.run(ocipe.POST('/api/recipes/', { body: body(), bodySerializer: (stream) => stream, duplex: 'half' })), { status: 401 });
    assert.deepEqual(sent.map(({ line }) => line), [refresh, 'POST /api/recipes/']);
    await clock.run(ocipe.GET('/api/fridge/'));
  });

  it('sends a file again', async () => {
    const { clock, ocipe, sent } = newFaultyClient([failure('reset'), failure('502')]);
    await clock.run(ocipe.importAccount(new Blob(['{"recipes":[]}'])));
    assert.deepEqual(sent.map(({ body }) => body), Array(3).fill('{"recipes":[]}'));
    assert.equal(new Set(sent.map(({ key }) => key)).size, 1);
  });

  it('is not made more often than the program allows', async () => {
    for (const [retries, want] of [[0, 1], [1, 2], [5, 6]]) {
      const { clock, ocipe, sent } = newFaultyClient(Array(7).fill(failure('503 overloaded')), { retries });
      await assert.rejects(clock.run(ocipe.GET('/api/fridge/')), (error) => error instanceof OcipeError && error.tries === want);
      assert.equal(sent.length, want);
    }
  });

  it('waits for a long Retry-After if the program allows it', async () => {
    const { clock, ocipe, sent } = newFaultyClient([failure('429 for an hour')], { maxRetryAfter: 3_600_000, timeout: 0 });
    await clock.run(ocipe.GET('/api/fridge/'));
    assert.ok(sent[1].at - sent[0].at >= 3_600_000);
  });

  const silence = Array(4).fill(failure('silence'));
  const limits = {
    'a try': { options: { retries: 0 }, want: 30_000, says: /^A try took longer than 30000 ms/ },
    'a call by default': { options: {}, want: 90_000, says: /^The call took longer than 90000 ms/ },
    'a call': { options: { timeout: 7_000 }, want: 7_000, says: /^The call took longer than 7000 ms/ },
  };
  for (const [name, { options, want, says }] of Object.entries(limits)) {
    it(`ends ${name} that takes too long`, async () => {
      const { clock, ocipe, sent } = newFaultyClient(silence, options);
      await assert.rejects(clock.run(ocipe.GET('/api/fridge/')), { name: 'TimeoutError', message: says });
      assert.equal(clock.now() - sent[0].at, want);
    });
  }

  it('follows a try that timed out', async () => {
    const { clock, ocipe, sent } = newFaultyClient([failure('silence')], { tryTimeout: 10_000 });
    await clock.run(ocipe.POST('/api/recipes/', { body: soup }));
    assert.ok(sent.length === 2 && sent[1].at - sent[0].at >= 10_000 && sent[1].at - sent[0].at <= 10_500);
  });

  it('does not limit an export', async () => {
    const day = { end: () => new Promise((resolve) => clock.after(86_400_000, () => resolve(status(200, '{}', fromServer)()))) };
    const { clock, ocipe } = newFaultyClient([day]);
    assert.equal((await clock.run(ocipe.exportAccount())).size, 2);
  });

  it('is not made if it would start too late', async () => {
    const { clock, ocipe, sent } = newFaultyClient([failure('429')], { timeout: 3_000 }); // it asks for 3 s
    await assert.rejects(clock.run(ocipe.GET('/api/fridge/')), { status: 429, retryAfter: 3 });
    assert.equal(clock.now(), sent[0].at);
  });

  it('does not follow when the program aborts the call', async () => {
    for (const [name, when] of [['429', 1_000], ['silence', 1_000]]) {
      const abort = new AbortController();
      const { clock, ocipe, sent } = newFaultyClient([failure(name)]);
      clock.after(when, () => abort.abort(new Error('enough')));
      await assert.rejects(clock.run(ocipe.GET('/api/fridge/', { signal: abort.signal })), { message: 'enough' });
      assert.deepEqual([sent.length, clock.now() - sent[0].at], [1, when]);
    }
  });

  it('is not affected by the time that the user takes to type the password', async () => {
    const old = { end: status(401, '{"code":"reauthentication_required","detail":"Old."}') };
    const { clock, ocipe, sent } = newFaultyClient([success, old, success, failure('502')], {
      apiToken: undefined,
      askPassword: () => new Promise((resolve) => clock.after(3_600_000, () => resolve('ribollita at dawn'))),
    });
    await clock.run(ocipe.DELETE('/api/user/sessions/{id}/', { params: { path: { id: 'x' } } }));
    assert.deepEqual(sent.map(({ line }) => line), [refresh, 'DELETE /api/user/sessions/x/', 'POST /api/user/reauthenticate/', ...Array(2).fill('DELETE /api/user/sessions/x/')]);
  });

  it('keeps its key when the access token has expired', async () => {
    const expired = { end: status(401, '{"code":"token_not_valid","detail":"Old."}') };
    const { clock, ocipe, sent } = newFaultyClient([success, expired], { apiToken: undefined });
    await clock.run(ocipe.POST('/api/recipes/', { body: soup }));
    assert.deepEqual(sent.map(({ line }) => line), [refresh, 'POST /api/recipes/', refresh, 'POST /api/recipes/']);
    assert.equal(sent[1].key, sent[3].key);
  });

  it('of a refresh serves all calls that wait for it', async () => {
    for (const name of ['refused', 'reset', '502', '503 unavailable']) {
      const { clock, ocipe, sent } = newFaultyClient([failure(name)], { apiToken: undefined });
      await clock.run(Promise.all(Array.from({ length: 20 }, () => ocipe.GET('/api/fridge/'))));
      assert.equal(sent.filter(({ line }) => line === refresh).length, 2, name);
      assert.equal(sent.length, 22);
    }
  });

  it('that fails does not end the session', async () => {
    for (const failed of failures.filter(({ name }) => name !== '400')) {
      const tries = [success, { end: status(401, '{"code":"token_not_valid","detail":"Old."}') }, failed, failed, failed];
      const { clock, ocipe, sent } = newFaultyClient(tries, { apiToken: undefined });
      await assert.rejects(clock.run(ocipe.GET('/api/fridge/')), failed.name);
      assert.equal(ocipe.session.state, 'signed-in', failed.name);
      tries.splice(sent.length);
      await clock.run(ocipe.GET('/api/fridge/'));
    }
  });

  it('shows whether the call may have succeeded', async () => {
    const changed = { end: status(412, '{"code":"precondition_failed","detail":"It has changed."}') };
    for (const [name, uncertain] of Object.entries({ reset: true, '503 unavailable': true, '503 overloaded': false, refused: false })) {
      const { clock, ocipe } = newFaultyClient([failure(name), changed]);
      const call = ocipe.PATCH('/api/recipes/{id}/', { params: { path: { id: 7 }, header: { 'If-Match': '"1"' } }, body: {} });
      await assert.rejects(clock.run(call), { status: 412, uncertain, tries: 2, requestId: 'id-of-412' }, name);
    }
  });

  it('is counted in the result, which has the request id', async () => {
    const { clock, ocipe } = newFaultyClient([failure('502')]);
    const { requestId, tries } = await clock.run(ocipe.GET('/api/fridge/'));
    assert.deepEqual({ requestId, tries }, { requestId: 'id-of-200', tries: 2 });
  });
});
