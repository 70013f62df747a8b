// A visit of a user to the web client, step by step. Every step also checks the calls, the responses and the pages.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { launch, newWindow, patience, screenshot, screenshotOnFailure } from '../chromium.mjs';
import { browserErrorsOf } from '../browser-errors.mjs';
import { startServer } from '../server.mjs';
import { trafficOf } from '../traffic.mjs';
import { exactly, reloaded } from '../web-client/calls.mjs';
import { startSite, webClient } from '../web-client/site.mjs';
import { missingHeaders, withoutIds, withoutRenewals } from './responses.mjs';
import { heading, idle, reload, storedContent, text } from './page.mjs';

// unusable matches values that a page must never show.
const unusable = /\b(null|undefined|NaN|Invalid Date)\b|\[object/;

export class Visit {
  responses = []; // all responses of the server so far
  #browserErrors = [];
  #screenshots = 0;
  #failed; // the step that has failed; later steps depend on it

  // If renewing is true, access tokens expire during the visit, so there may be refreshes between all calls.
  constructor(name, { settings = {}, renewing = false } = {}) {
    Object.assign(this, { name, settings, renewing });
  }

  async begin() {
    this.site = await startSite();
    this.server = await startServer({ OCIPE_ALLOWED_ORIGINS: this.site.url, ...this.settings });
    this.site.serve(await webClient(this.server.url));
    this.browser = await launch();
    this.context = await this.browser.newContext({ viewport: { width: 1000, height: 800 } });
    this.context.setDefaultTimeout(patience);
    this.traffic = trafficOf(this.context, this.server.url);
    this.page = await this.tab();
  }

  async end() {
    await this.browser?.close();
    await Promise.all([this.site?.stop(), this.server?.stop()]);
  }

  // tab opens the client in another tab of the same browser.
  tab = async () => {
    const page = await newWindow(this.context);
    this.#browserErrors.push(await browserErrorsOf(page));
    await page.goto(this.site.url);
    await idle(page);
    return page;
  };

  // step runs a step, which must make exactly these calls.
  step = (name, calls, run) => this.#run(name, async () => {
    await run(this.page);
    await this.#checkCalls(calls);
  });

  // stepAndReload also reloads the page, so that the access token is lost. The page must show the same data as before.
  stepAndReload = (name, calls, run) => this.#run(name, async () => {
    await run(this.page);
    await this.#checkCalls(calls);
    const before = await storedContent(this.page);
    await reload(this.page);
    await this.#checkCalls(reloaded[await heading(this.page)]);
    assert.equal(await storedContent(this.page), before, 'the page shows different data after the reload');
  });

  // screenshotOf saves a screenshot for people to look at.
  screenshotOf = (page, name) => screenshot(page, `${this.name} ${++this.#screenshots} ${name}`);

  get browserErrors() {
    return this.#browserErrors.flat();
  }

  #run(name, run) {
    it(name, async () => {
      assert.equal(this.#failed, undefined, 'an earlier step has failed');
      this.#failed = name;
      await screenshotOnFailure(this.browser, `${this.name} ${name}`, run);
      this.#failed = undefined;
    });
  }

  async #checkCalls(expected) {
    const { responses } = await this.traffic.take();
    this.responses.push(...responses);
    const comparable = (lines) => exactly(this.renewing ? withoutRenewals(lines) : lines);
    assert.deepEqual(comparable(responses.map(({ line }) => withoutIds(line))), comparable(expected.flat(Infinity)));
    assert.deepEqual(responses.flatMap((one) => missingHeaders(one, this.site.url)), []);
    for (const page of this.context.pages()) assert.doesNotMatch(await text(page), unusable);
  }
}
