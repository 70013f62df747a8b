// What is to be said of a whole visit. That nothing was refused but what had to be was said step by step.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { complaintOf } from '../answers.mjs';

export function isJudged(story) {
  it('sent POST refresh/ without a body and without a content type', () => {
    const refreshes = story.heard.filter(({ line }) => line === 'POST /api/recipes/refresh/ 200').map(({ request }) => request);
    assert.notEqual(refreshes.length, 0);
    for (const request of refreshes) assert.deepEqual([request.postData(), request.headers()['content-type']], [null, undefined]);
  });

  it('made the browser complain of nothing but the refusals', () => {
    const refusals = story.heard.filter(({ response }) => response.status() >= 400);
    assert.deepEqual(story.complaints.toSorted(), refusals.map(complaintOf).sort());
  });

  it('left neither warnings nor errors in the log of the server, which granted every preflight', () => {
    const lines = story.server.log.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(lines.filter((line) => line.level !== 'INFO'), []);
    const preflights = lines.filter((line) => line.method === 'OPTIONS');
    assert.notEqual(preflights.length, 0);
    assert.deepEqual(preflights.filter((line) => line.status !== 204), []);
  });
}
