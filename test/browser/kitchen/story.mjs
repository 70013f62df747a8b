// A visit to the web client, told step by step, and the judge who watches all of it.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { launch, newWindow, screenshot, screenshotOnFailure } from '../chromium.mjs';
import { complaintsOf } from '../complaints.mjs';
import { startServer } from '../server.mjs';
import { trafficOf } from '../traffic.mjs';
import { exactly, reloaded } from '../web-client/calls.mjs';
import { startSite, webClient } from '../web-client/site.mjs';
import { flawsOf, withoutIds, withoutRenewals } from './answers.mjs';
import { heading, idle, kept, reload, text } from './page.mjs';

const nonsense = /\b(null|undefined|NaN|Invalid Date)\b|\[object/;

export class Story {
  heard = []; // every answer so far
  #complaints = [];
  #pictures = 0;
  #failed; // the step after which nothing is as it should be

  // renewing: access tokens expire meanwhile, and their renewals may come anywhere.
  constructor(name, { settings = {}, renewing = false } = {}) {
    Object.assign(this, { name, settings, renewing });
  }

  async begin() {
    this.site = await startSite();
    this.server = await startServer({ OCIPE_ALLOWED_ORIGINS: this.site.url, ...this.settings });
    this.site.serve(await webClient(this.server.url));
    this.browser = await launch();
    this.context = await this.browser.newContext({ viewport: { width: 1000, height: 800 } });
    this.context.setDefaultTimeout(10_000);
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
    this.#complaints.push(await complaintsOf(page));
    await page.goto(this.site.url);
    await idle(page);
    return page;
  };

  // glance makes these calls, and no others.
  glance = (name, calls, run) => this.#scene(name, async () => {
    await run(this.page);
    await this.#judge(calls);
  });

  // step does so, too, and what the page shows then is still there after a reload, which loses the access token.
  step = (name, calls, run) => this.#scene(name, async () => {
    await run(this.page);
    await this.#judge(calls);
    const before = await kept(this.page);
    await reload(this.page);
    await this.#judge(reloaded[await heading(this.page)]);
    assert.equal(await kept(this.page), before, 'the page shows something else after the reload');
  });

  // picture saves what a page shows, for people to look at.
  picture = (page, name) => screenshot(page, `${this.name} ${++this.#pictures} ${name}`);

  get complaints() {
    return this.#complaints.flat();
  }

  #scene(name, play) {
    it(name, async () => {
      assert.equal(this.#failed, undefined, 'an earlier step has failed');
      this.#failed = name;
      await screenshotOnFailure(this.browser, `${this.name} ${name}`, play);
      this.#failed = undefined;
    });
  }

  async #judge(expected) {
    const { answers } = await this.traffic.take();
    this.heard.push(...answers);
    const normal = (lines) => exactly(this.renewing ? withoutRenewals(lines) : lines);
    assert.deepEqual(normal(answers.map((answer) => withoutIds(answer.line))), normal(expected.flat(Infinity)));
    assert.deepEqual(answers.flatMap((answer) => flawsOf(answer, this.site.url)), []);
    for (const page of this.context.pages()) assert.doesNotMatch(await text(page), nonsense);
  }
}
