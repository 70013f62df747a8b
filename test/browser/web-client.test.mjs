// The existing web client, on another origin than the server. It must stay logged in until its user logs out.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { launch, newWindow, patience, screenshotOnFailure } from './chromium.mjs';
import { startServer } from './server.mjs';
import { trafficOf } from './traffic.mjs';
import { anonymous, exactly, loaded, loggedIn, unauthorized } from './web-client/calls.mjs';
import { dropRefreshResponses, refreshCookie, tokenTypes } from './web-client/refresh-token.mjs';
import { startSite, webClient } from './web-client/site.mjs';

const grace = 10_000; // tabs of a busy machine lag behind each other
const refreshDays = 30;
const password = 'eggs benedict at noon';

describe('The web client', { timeout: 3_600_000 }, () => {
  let server, site, otherSite, browser;
  let accounts = 0;

  before(async () => {
    [site, otherSite] = await Promise.all([startSite(), startSite()]);
    server = await startServer({
      OCIPE_ALLOWED_ORIGINS: site.url,
      OCIPE_REFRESH_GRACE: `${grace}ms`,
    });
    site.serve(await webClient(server.url));
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await Promise.all([site?.stop(), otherSite?.stop(), server?.stop()]);
  });

  // Each test has its own browser profile.
  const test = (name, run) => it(name, async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(patience);
    const errors = [];
    context.on('weberror', (error) => errors.push(error.error().message));
    try {
      await screenshotOnFailure(browser, `web-client ${name}`, async () => {
        await run(context, trafficOf(context, server.url));
        assert.deepEqual(errors, []);
      });
    } finally {
      await context.close();
    }
  });

  test('shows the login form to a new visitor', async (context, traffic) => {
    await open(context, 'login');
    assert.deepEqual((await traffic.take()).lines, exactly(anonymous));
    assert.equal(await refreshCookie(context, server.url), undefined);
  });

  test('logs in, and scripts can\'t read the refresh token', async (context, traffic) => {
    const page = await open(context, 'login');
    await traffic.take();
    await logIn(page);
    assert.equal(await page.getByRole('heading').innerText(), 'Recipes');
    const login = await traffic.take();
    assert.deepEqual(login.lines, exactly('POST /api/user/token/ 200', loaded));

    const { value, expires, ...attributes } = await refreshCookie(context, server.url);
    assert.deepEqual(attributes, {
      name: 'refresh_token', domain: 'localhost', path: '/', httpOnly: true, secure: true, sameSite: 'None',
    });
    const days = (expires - Date.now() / 1000) / 86_400;
    assert.ok(Math.abs(days - refreshDays) < 0.01, `the cookie lasts ${days} days`);

    const readable = await page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]));
    assert.equal(readable, '["",{},{}]');
    await reload(page, 'app');
    const bodies = [...login.bodies, ...(await traffic.take()).bodies].join('\n');
    assert.deepEqual(tokenTypes(bodies), Array(4).fill('access')); // from the login and three refreshes
    assert.ok(!bodies.includes(value));
  });

  test('stays logged in over a reload, with three refreshes at once', async (context, traffic) => {
    const page = await newLoggedInPage(context, traffic);
    await reload(page, 'app');
    assert.deepEqual((await traffic.take()).lines, exactly(loggedIn));
  });

  test('stays logged in when two tabs reload at once', async (context, traffic) => {
    const first = await newLoggedInPage(context, traffic);
    const second = await open(context, 'app');
    await traffic.take();
    for (let round = 0; round < 3; round++) {
      await Promise.all([reload(first, 'app'), reload(second, 'app')]);
      assert.deepEqual((await traffic.take()).lines, exactly(loggedIn, loggedIn));
    }
  });

  test('stays logged in when it is reloaded ten times while it refreshes', async (context, traffic) => {
    const page = await newLoggedInPage(context, traffic);
    for (let i = 0; i < 10; i++) {
      const refresh = page.waitForRequest(`${server.url}/api/user/token/refresh/`);
      await page.reload({ waitUntil: 'domcontentloaded' });
      await refresh;
    }
    await reload(page, 'app');
    const unexpected = (await traffic.take()).lines.filter((line) => !loggedIn.includes(line));
    assert.deepEqual(unexpected, []);
    await reload(page, 'app');
    assert.deepEqual((await traffic.take()).lines, exactly(loggedIn));
  });

  for (const [when, age] of [['at once', 0], ['after the grace period', grace]]) {
    test(`stays logged in when the response of a refresh is lost, and it is reloaded ${when}`, async (context, traffic) => {
      const page = await newLoggedInPage(context, traffic);
      const before = await refreshCookie(context, server.url);
      const lost = await dropRefreshResponses(page, before.value);
      await reload(page, 'broken');
      assert.deepEqual(lost, [200, 200, 200]); // the server has a new refresh token
      assert.deepEqual(await refreshCookie(context, server.url), before); // the browser still has the old one
      assert.deepEqual((await traffic.take()).lines, exactly(unauthorized));
      await page.unrouteAll();

      const lostAt = await page.evaluate(() => performance.now());
      await page.waitForFunction((time) => performance.now() >= time, lostAt + age, { polling: 50 });
      await reload(page, 'app');
      assert.deepEqual((await traffic.take()).lines, exactly(loggedIn));
      await reload(page, 'app');
      assert.deepEqual((await traffic.take()).lines, exactly(loggedIn));
    });
  }

  test('is logged out in every tab at once', async (context, traffic) => {
    const page = await newLoggedInPage(context, traffic);
    const other = await open(context, 'app');
    await traffic.take();

    await page.getByRole('button', { name: 'Log out' }).click();
    await inState(page, 'login');
    assert.equal(await refreshCookie(context, server.url), undefined);
    assert.deepEqual((await traffic.take()).lines, exactly('POST /api/user/logout/ 204', anonymous));

    await other.getByRole('button', { name: 'Reload the data' }).click(); // its access token would be valid for minutes
    await inState(other, 'login');
    assert.deepEqual((await traffic.take()).lines, exactly(anonymous));
    await reload(page, 'login');
    assert.deepEqual((await traffic.take()).lines, exactly(anonymous));
  });

  test('recovers from an invalid refresh cookie', async (context, traffic) => {
    await context.addCookies([{ name: 'refresh_token', value: 'stale', domain: 'localhost', path: '/', secure: true, sameSite: 'None' }]);
    await open(context, 'login');
    const { lines } = await traffic.take();
    const endings = lines.filter((line) => line !== 'POST /api/user/token/refresh/ 401');
    assert.deepEqual(endings, exactly(anonymous));
    const tries = lines.length - endings.length;
    assert.ok(tries >= 1 && tries <= 3, `each of three refreshes may fail once; there were ${tries} failures`);
  });

  test('is protected from a page of an origin that is not allowed', async (context, traffic) => {
    const page = await newLoggedInPage(context, traffic);
    const before = await refreshCookie(context, server.url);
    const other = await newWindow(context);
    await other.goto(otherSite.url);
    const network = await context.newCDPSession(other); // Playwright doesn't show all headers
    await network.send('Network.enable');
    for (const mode of ['cors', 'no-cors']) {
      const sent = once(network, 'Network.requestWillBeSentExtraInfo');
      const received = once(network, 'Network.responseReceivedExtraInfo');
      const result = await other.evaluate(async ([url, mode]) => {
        try {
          const response = await fetch(url, { method: 'POST', credentials: 'include', mode });
          return [response.type, response.status, await response.text()];
        } catch (error) {
          return [error.name];
        }
      }, [`${server.url}/api/user/token/refresh/`, mode]);
      assert.deepEqual(result, ['TypeError']); // Cross-Origin-Resource-Policy blocks even the opaque response

      const [{ associatedCookies }] = await sent;
      const sentCookies = Object.fromEntries(associatedCookies.map(({ cookie }) => [cookie.name, cookie.value]));
      assert.deepEqual(Object.keys(sentCookies).sort(), ['device_token', 'refresh_token']); // the browser has sent them
      assert.equal(sentCookies.refresh_token, before.value);
      const [{ statusCode, headers }] = await received;
      assert.equal(statusCode, 403);
      const names = Object.keys(headers).map((name) => name.toLowerCase());
      assert.deepEqual(names.filter((name) => name === 'set-cookie' || name.startsWith('access-control-')), []);
    }
    assert.deepEqual(await refreshCookie(context, server.url), before);
    await traffic.take();
    await reload(page, 'app');
    assert.deepEqual((await traffic.take()).lines, exactly(loggedIn));
  });

  async function open(context, state) {
    const page = await newWindow(context);
    await page.goto(site.url);
    return inState(page, state);
  }

  async function reload(page, state) {
    await page.reload();
    return inState(page, state);
  }

  // inState waits until the page has finished its calls, and checks its state.
  async function inState(page, state) {
    await page.locator('main[aria-busy=false]').waitFor();
    const text = await page.locator('main').innerText();
    assert.equal(await page.locator('main').getAttribute('data-state'), state, `the page shows: ${text}`);
    return page;
  }

  async function logIn(page) {
    const username = `cook${++accounts}`;
    const registered = await fetch(`${server.url}/api/user/register/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    assert.equal(registered.status, 201);
    await page.getByLabel('Name').fill(username);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await inState(page, 'app');
  }

  // newLoggedInPage returns a page on which a new user has just logged in.
  async function newLoggedInPage(context, traffic) {
    const page = await open(context, 'login');
    await logIn(page);
    await traffic.take();
    return page;
  }
});
