// The TypeScript SDK in two tabs of a real browser, on another origin than the server.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { launch, newWindow, patience, screenshotOnFailure } from '../browser/chromium.mjs';
import { startServer } from '../browser/server.mjs';
import { trafficOf } from '../browser/traffic.mjs';
import { startSite } from '../browser/web-client/site.mjs';

const poll = { polling: 50 }; // by default, waitForFunction looks once a frame; a busy Chromium sometimes stops drawing
const password = 'eggs benedict at noon';
const refreshed = 'POST /api/user/token/refresh/ 200';
const script = `
  import { createClient } from '@ocipe/client';
  import { newNetwork } from './typescript-network.mjs';

  window.network = newNetwork();
  window.ocipe = createClient({ baseUrl: API, fetch: network.fetch });
  window.states = [];
  ocipe.session.onChange((state) => states.push(state));
  window.fridge = () => ocipe.GET('/api/fridge/').then(({ response }) => response.status, (error) => error.code ?? String(error));
`;

describe('The TypeScript SDK in a browser', { timeout: 3_600_000 }, () => {
  let server, site, browser;
  let accounts = 0;

  before(async () => {
    site = await startSite();
    server = await startServer({ OCIPE_ALLOWED_ORIGINS: site.url });
    const bundle = await build({
      stdin: { contents: script, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
      bundle: true,
      write: false,
      define: { API: JSON.stringify(server.url) },
    });
    site.serve(bundle.outputFiles[0].text);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await Promise.all([site?.stop(), server?.stop()]);
  });

  // Each test has its own browser profile with two tabs. A user has logged in in the first.
  const test = (name, run, prepare = () => {}) => it(name, async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(patience);
    const errors = [];
    context.on('weberror', (error) => errors.push(error.error().message));
    try {
      await screenshotOnFailure(browser, `typescript-sdk ${name}`, async () => {
        await prepare(context);
        const traffic = trafficOf(context, server.url);
        const tabs = [await open(context), await open(context)];
        await logIn(tabs[0]);
        await traffic.take();
        await run({ context, traffic, tabs });
        assert.deepEqual(errors, []);
      });
    } finally {
      await context.close();
    }
  });

  test('logs in in all tabs, and stays logged in after a reload', async ({ traffic, tabs: [first, second] }) => {
    await inState(second, 'signed-in');
    assert.equal(await fridge(second), 200);
    assert.deepEqual((await traffic.take()).lines, ['GET /api/fridge/ 200']);
    await first.reload();
    assert.equal(await first.evaluate(() => ocipe.session.state), 'unknown');
    assert.equal(await fridge(first), 200);
    assert.deepEqual((await traffic.take()).lines, ['GET /api/fridge/ 200', refreshed]);
    const readable = await first.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]));
    assert.equal(readable, '["",{},{}]');
  });

  test('refreshes in one tab at a time', async ({ context, traffic, tabs }) => {
    const [first, second] = tabs;
    await inState(second, 'signed-in');
    await Promise.all(tabs.map(fridge));
    await traffic.take();

    const refreshes = await holdRefreshes(context, 1);
    const calls = tabs.map((tab) => tab.evaluate(() => {
      network.expire();
      return Promise.all([fridge(), fridge(), fridge()]);
    }));
    await refreshes.sent;
    await first.waitForFunction(async () => { // the other tab waits for the lock
      const { held, pending } = await navigator.locks.query();
      return held.length === 1 && pending.length === 1;
    }, undefined, poll);
    assert.equal(refreshes.held.length, 1);
    refreshes.release();
    assert.deepEqual(await Promise.all(calls), [[200, 200, 200], [200, 200, 200]]);
    const { lines } = await traffic.take();
    const count = lines.filter((line) => line === refreshed).length;
    assert.ok(count === 1 || count === 2, 'a tab uses the token of another one, if the message arrives in time');
    assert.equal(lines.length, 12 + count);
    assert.deepEqual(await Promise.all(tabs.map((tab) => tab.evaluate(() => states))), [['signed-in'], ['signed-in']]);
  });

  test('logs out in all tabs', async ({ traffic, tabs: [first, second] }) => {
    await inState(second, 'signed-in');
    await first.evaluate(() => ocipe.logout());
    await inState(second, 'signed-out');
    assert.equal(await fridge(second), 'not_authenticated');
    await first.reload();
    assert.equal(await first.evaluate(() => ocipe.session.restore()), 'signed-out');
    assert.deepEqual((await traffic.take()).lines, ['GET /api/fridge/ 401', 'POST /api/user/logout/ 204', 'POST /api/user/token/refresh/ 400']);
  });

  test('notifies a tab of a login of another user in another tab', async ({ tabs: [first, second] }) => {
    await inState(second, 'signed-in');
    await second.evaluate(() => ocipe.POST('/api/fridge/ingredient/', { body: { name: 'Butter', group: 'Dairy' } }));
    await logIn(first);
    await second.waitForFunction(() => states.length === 2, undefined, poll);
    assert.deepEqual(await second.evaluate(async () => [states, (await ocipe.GET('/api/fridge/')).data]), [['signed-in', 'signed-in'], { ingredient_list: {} }]);
  });

  const withoutLocks = (context) => context.addInitScript(() => {
    delete window.BroadcastChannel;
    delete Navigator.prototype.locks;
  });
  test('stays logged in in tabs that refresh at once, without locks and messages', async ({ context, traffic, tabs }) => {
    assert.equal(await tabs[0].evaluate(() => `${typeof navigator.locks} ${typeof BroadcastChannel}`), 'undefined undefined');
    await tabs[1].reload();
    await Promise.all(tabs.map(fridge));
    await traffic.take();
    const refreshes = await holdRefreshes(context, 2);
    const calls = tabs.map((tab) => tab.evaluate(() => {
      network.expire();
      return Promise.all([fridge(), fridge(), fridge()]);
    }));
    await refreshes.sent;
    refreshes.release();
    assert.deepEqual(await Promise.all(calls), [[200, 200, 200], [200, 200, 200]]);
    assert.deepEqual((await traffic.take()).lines.filter((line) => line.startsWith('POST')), [refreshed, refreshed]);
  }, withoutLocks);

  const fridge = (tab) => tab.evaluate(() => fridge());
  const inState = (tab, state) => tab.waitForFunction((state) => ocipe.session.state === state, state, poll);

  // holdRefreshes holds back refreshes until release is called. sent resolves when there are `count` of them.
  async function holdRefreshes(context, count) {
    const held = [];
    let sent, release;
    const refreshes = { held, sent: new Promise((resolve) => (sent = resolve)) };
    const released = new Promise((resolve) => (release = resolve));
    await context.route('**/token/refresh/', async (route) => {
      held.push(route);
      if (held.length === count) sent();
      await released;
      await route.continue();
    });
    return { ...refreshes, release };
  }

  async function open(context) {
    const tab = await newWindow(context);
    await tab.goto(site.url);
    return tab;
  }

  async function logIn(tab) {
    await tab.evaluate(async ([username, password]) => {
      await ocipe.register(username, password);
      await ocipe.login(username, password);
    }, [`cook${++accounts}`, password]);
  }
});
