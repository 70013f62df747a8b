// Conditional requests with the TypeScript SDK, made by an app or automatically by browsers.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { launch, newWindow, patience } from '../browser/chromium.mjs';
import { startServer } from '../browser/server.mjs';
import { startSite } from '../browser/web-client/site.mjs';
import { newLoggedInProgram, refresh, errorWith } from './typescript-programs.mjs';

describe('A conditional request of the TypeScript SDK', { timeout: 3_600_000 }, () => {
  let server, site;
  before(async () => {
    site = await startSite();
    server = await startServer({ OCIPE_ALLOWED_ORIGINS: site.url });
  });
  after(() => Promise.all([site?.stop(), server?.stop()]));

  it('keeps its condition when it is repeated after a refresh, and throws an error with status 304 if nothing has changed', async () => {
    const { ocipe, network } = await newLoggedInProgram(server);
    await ocipe.POST('/api/grocery/list/', { body: { items: 'milk' } });
    const tag = (await ocipe.GET('/api/grocery/list/')).response.headers.get('ETag');
    const ifChanged = { params: { header: { 'If-None-Match': tag } } };
    network.take();
    network.expire();
    await assert.rejects(ocipe.GET('/api/grocery/list/', ifChanged), errorWith(304, undefined));
    assert.deepEqual(network.take(), ['GET /api/grocery/list/ 401', `${refresh} 200`, 'GET /api/grocery/list/ 304']);
    assert.equal(ocipe.session.state, 'signed-in');

    await ocipe.POST('/api/grocery/list/', { body: { items: 'bread' } });
    const { data, response } = await ocipe.GET('/api/grocery/list/', ifChanged);
    assert.deepEqual(data.map(({ item }) => item), ['bread', 'milk']);
    assert.notEqual(response.headers.get('ETag'), tag);
  });

  it('fails if another user has changed the version', async () => {
    const { ocipe, network } = await newLoggedInProgram(server);
    const made = await ocipe.POST('/api/fridge/ingredient/', { body: { name: 'Leek', group: 'Green' } });
    const first = made.response.headers.get('ETag');
    const moveTo = (group, tag) => ocipe.PATCH('/api/fridge/ingredient/{id}/', {
      params: { path: { id: made.data.id }, header: { 'If-Match': tag } }, body: { group },
    });
    network.expire();
    const second = (await moveTo('White', first)).response.headers.get('ETag');
    assert.notEqual(second, first);

    network.take();
    await assert.rejects(moveTo('Grey', first), errorWith(412, 'precondition_failed'));
    assert.deepEqual(network.take(), [`PATCH /api/fridge/ingredient/${made.data.id}/ 412`], 'the call is not repeated');
    assert.equal((await moveTo('Black', second)).data.group, 'Black');
  });

  it('is made by browsers automatically, separately for each user', async () => {
    const script = `
      import { createClient } from '@ocipe/client';

      window.ocipe = createClient({ baseUrl: ${JSON.stringify(server.url)} });
      window.logIn = async (name) => {
        await ocipe.register(name, 'eggs benedict at noon');
        await ocipe.login(name, 'eggs benedict at noon');
      };
      window.checklist = async () => (await ocipe.GET('/api/grocery/list/')).data.map(({ item }) => item);
      window.write = (items) => ocipe.POST('/api/grocery/list/', { body: { items } });
    `;
    const bundle = await build({
      stdin: { contents: script, resolveDir: fileURLToPath(new URL('.', import.meta.url)) }, bundle: true, write: false,
    });
    site.serve(bundle.outputFiles[0].text);
    const browser = await launch();
    try {
      const context = await browser.newContext();
      context.setDefaultTimeout(patience);
      const tab = await newWindow(context);
      await tab.goto(site.url);
      const nextStatus = await statusesOf(tab);
      const checklist = async () => {
        const status = nextStatus();
        return [await tab.evaluate(() => checklist()), await status];
      };
      await tab.evaluate(() => logIn('browser-first'));
      assert.deepEqual(await checklist(), [[], 200]);
      assert.deepEqual(await checklist(), [[], 304]);
      await tab.evaluate(() => write('milk'));
      assert.deepEqual(await checklist(), [['milk'], 200]);
      assert.deepEqual(await checklist(), [['milk'], 304]);
      await tab.evaluate(() => logIn('browser-second'));
      assert.deepEqual(await checklist(), [[], 200], 'the cached response is another user\'s');
      assert.deepEqual(await checklist(), [[], 304]);
    } finally {
      await browser.close();
    }
  });
});

// statusesOf returns a function that waits for the next GET and returns the status that the server has sent. Pages see 200 instead of 304.
async function statusesOf(tab) {
  const browser = await tab.context().newCDPSession(tab);
  const calls = new Map();
  let received = () => {};
  const update = (id, values) => {
    calls.set(id, { ...calls.get(id), ...values });
    const { method, status } = calls.get(id);
    if (method === 'GET' && status !== undefined) received(status);
  };
  browser.on('Network.requestWillBeSent', ({ requestId, request }) => update(requestId, { method: request.method }));
  browser.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) => update(requestId, { status: statusCode }));
  await browser.send('Network.enable');
  return () => new Promise((resolve) => (received = resolve));
}
