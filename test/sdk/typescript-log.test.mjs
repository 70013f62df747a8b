// The log of the TypeScript SDK.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failure, failures, newFaultyClient, status, success } from './typescript-faults.mjs';

const soup = { name: 'canary-soup', meat_type: 'vegetarian', longevity: 3, frequency: 'weekday', ingredients: [] };

describe('The log of the TypeScript SDK', () => {
  it('has no secrets', async () => {
    const events = [];
    const leaky = { end: status(502, '{"code":"unavailable","detail":"canary-detail"}', { 'Set-Cookie': 'refresh_token=canary-cookie' }) };
    const tries = failures.filter(({ name, retryable }) => retryable && name !== 'silence').flatMap((failed) => [failed, leaky, success]);
    const { clock, ocipe, sent } = newFaultyClient(tries, { log: (event) => events.push(event), apiToken: undefined, refreshTokenStore: { get: () => 'canary-refresh', set() {} } });
    const settle = (call) => clock.run(Promise.allSettled([call]));
    await settle(ocipe.login('chiara', 'canary-password'));
    while (sent.length < tries.length) {
      await settle(ocipe.POST('/api/recipes/', { body: soup, headers: { 'X-Secret': 'canary-header' } }));
      await settle(ocipe.GET('/api/recipes/', { params: { query: { search: 'canary-search' } } }));
      await settle(ocipe.PUT('/api/fridge/ingredient/group/{group_name}', { params: { path: { group_name: 'canary-group' } }, body: { new_group: 'canary-new' } }));
      await settle(ocipe.POST('/api/user/password/', { body: { old_password: 'canary-password', new_password: 'canary-new' } }));
      await settle(ocipe.logout());
    }
    const text = JSON.stringify(events);
    for (const secret of ['canary', JSON.parse((await success.end().text())).access]) assert.ok(!text.includes(secret), text.slice(text.indexOf(secret) - 200, text.indexOf(secret) + 50));
    assert.ok(['canary-soup', 'canary-password'].every((canary) => sent.some(({ body }) => body.includes(canary))));
    const { duration, ...debug } = events.find(({ status }) => status === 200);
    assert.deepEqual([typeof duration, debug.level, debug.message, debug.requestId], ['number', 'debug', 'request', 'id-of-200']);
    const { wait, ...warning } = events.find(({ level, error }) => level === 'warn' && error);
    assert.equal(typeof wait, 'number');
    assert.deepEqual([warning.message, warning.error], ['request failed, trying again', 'TypeError ECONNREFUSED']);
  });

  it('cannot make a call fail', async () => {
    const { clock, ocipe, sent } = newFaultyClient([failure('502')], { log() { throw new Error('full'); } });
    await clock.run(ocipe.GET('/api/fridge/'));
    assert.equal(sent.length, 2);
  });
});
