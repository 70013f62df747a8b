// Checks of a whole visit. The steps have already checked the status of every call.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { consoleErrorOf } from '../responses.mjs';

export function testWholeVisit(visit) {
  it('sent POST refresh/ without a body and without a content type', () => {
    const refreshes = visit.responses.filter(({ line }) => line === 'POST /api/recipes/refresh/ 200').map(({ request }) => request);
    assert.notEqual(refreshes.length, 0);
    for (const request of refreshes) assert.deepEqual([request.postData(), request.headers()['content-type']], [null, undefined]);
  });

  it('showed no errors in the browser except the error responses', () => {
    const errors = visit.responses.filter(({ response }) => response.status() >= 400);
    assert.deepEqual(visit.browserErrors.toSorted(), errors.map(consoleErrorOf).sort());
  });

  it('left no warnings or errors in the log of the server, and every preflight succeeded', () => {
    const lines = visit.server.log.trim().split('\n').map((line) => JSON.parse(line));
    // The visit includes a login with a wrong password, which is logged as a warning.
    assert.deepEqual(lines.filter((line) => line.level !== 'INFO' && line.code !== 'no_active_account'), []);
    const preflights = lines.filter((line) => line.method === 'OPTIONS');
    assert.notEqual(preflights.length, 0);
    assert.deepEqual(preflights.filter((line) => line.status !== 204), []);
  });
}
