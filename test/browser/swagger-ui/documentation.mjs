// Actions of a user on the page /docs/. Most use the keyboard, because the mouse is slow on a long page. A script clicks the buttons of
// operations: Swagger UI renders an operation again when it is resolved, and a key pressed at that moment would be lost. No action waits
// for a frame: on a busy machine, Chromium sometimes stops drawing a page that works otherwise.

// succeeds reports whether a response is the expected response to the prefilled example of an operation. One example can't succeed: a
// password reset needs a code that the operator of the server creates for one account.
export function succeeds(operation, { status, body }) {
  if (operation === 'resetPassword') return status === 400 && body.errors.every(({ field, code }) => field === 'code' && code === 'wrong');
  return status >= 200 && status < 300;
}

// resetPasswordError is the error that Chromium writes to the console for that response.
export const resetPasswordError = (
  'console: Failed to load resource: the server responded with a status of 400 (Bad Request) /api/user/password/reset/'
);

// Documentation is Swagger UI in a page of the browser, on the server at this URL.
export class Documentation {
  constructor(page, url) {
    this.page = page;
    this.url = url;
    this.authorize = page.locator('.auth-wrapper .btn.authorize').first();
    this.dialog = page.getByRole('dialog');
  }

  async open() {
    await this.page.goto(`${this.url}/`);
    await this.ready();
  }

  async reload() {
    await this.page.reload();
    await this.ready();
  }

  // ready waits for the operations, and for the timers of 0 ms that Swagger UI sets after loading the contract.
  async ready() {
    await this.page.locator('.opblock').first().waitFor();
    await this.page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  }

  // operations returns the operations in the order of the page.
  operations() {
    return this.page.locator('.opblock').evaluateAll((blocks) => blocks.map((block) => ({
      id: block.id.split('-').at(-1),
      group: block.id.split('-').at(-2),
      method: block.querySelector('.opblock-summary-method').innerText,
      path: block.querySelector('.opblock-summary-path').dataset.path,
    })));
  }

  block(operation) {
    return this.page.locator(selector(operation));
  }

  // execute opens an operation, fills in the body if one is given (otherwise it keeps the prefilled example), presses Execute and
  // returns the response that the page shows. Its requestId is the id that the server has sent.
  async execute(operation, body) {
    const at = this.block(operation);
    await this.unfold(operation);
    if (body) await at.locator('.body-param__text').fill(JSON.stringify(body));
    const clear = `${selector(operation)} .btn-clear`;
    if (await this.page.locator(clear).isVisible()) await this.click(clear); // otherwise it would read the previous response

    const path = (await at.locator('.opblock-summary-path').getAttribute('data-path')).replace(/\{.*?\}/g, '[^/]+');
    const method = await at.locator('.opblock-summary-method').innerText();
    const received = this.page.waitForResponse((response) =>
      response.request().method() === method && new RegExp(`^${path}$`).test(new URL(response.url()).pathname));
    await this.click(`${selector(operation)} .btn.execute`);
    const response = at.locator('.live-responses-table .response');
    await response.waitFor();
    const status = Number((await response.locator('.response-col_status').innerText()).trim().slice(0, 3));
    const text = response.locator('.response-col_description .highlight-code code').first();
    return {
      status,
      body: (await text.count()) ? JSON.parse(await text.textContent()) : undefined,
      requestId: { shown: await at.locator('.request-id').innerText(), sent: (await received).headers()['x-request-id'] },
    };
  }

  // unfold opens an operation and closes the operation that was open, because a short page is faster.
  async unfold(operation) {
    const at = this.block(operation);
    if (await at.evaluate((element) => element.classList.contains('is-open'))) return;
    const open = '.opblock.is-open .opblock-summary-control';
    if (await this.page.locator(open).count()) await this.click(open);
    await this.click(`${selector(operation)} .opblock-summary-control`);
  }

  // click waits for an element, and focuses and clicks it in one task of the page. Without the focus, the page wouldn't use the text of a
  // field that was just filled in.
  async click(css) {
    await this.page.waitForFunction((wanted) => {
      const element = document.querySelector(wanted);
      element?.focus();
      element?.click();
      return element !== null;
    }, css, { polling: 50 }); // by default, it looks once a frame
  }

  // padlocks returns whether the padlocks of the Authorize button and of two operations are closed.
  async padlocks() {
    const ofOperation = async (operation) => {
      const label = await this.block(operation).locator('.authorization__btn').getAttribute('aria-label');
      return label === 'authorization button locked' ? 'closed' : 'open';
    };
    const closed = await this.authorize.evaluate((button) => button.classList.contains('locked'));
    return {
      authorize: closed ? 'closed' : 'open',
      getFridge: await ofOperation('getFridge'),
      listGroceryItems: await ofOperation('listGroceryItems'),
    };
  }

  async padlocksClose() {
    await this.page.locator('.auth-wrapper .btn.authorize.locked').waitFor();
  }

  // logIn logs in with the dialog, which closes if the login succeeds.
  async logIn({ username, password }) {
    if (!(await this.dialog.isVisible())) await this.authorize.press('Enter');
    await this.dialog.getByLabel('Username').fill(username);
    await this.dialog.getByLabel('Password').fill(password);
    await this.dialog.getByLabel('Password').press('Enter');
  }

  async logOut() {
    await this.authorize.press('Enter');
    await this.dialog.getByRole('button', { name: 'Log out' }).press('Enter');
    await this.dialog.getByRole('heading', { name: 'Log in' }).waitFor();
    await this.closeDialog();
  }

  async pasteToken(token) {
    await this.authorize.press('Enter');
    await this.dialog.getByText('Use an access token or an API token instead').press('Enter');
    await this.dialog.getByLabel('Token', { exact: true }).fill(token);
    await this.dialog.getByRole('button', { name: 'Use token' }).press('Enter');
    await this.dialog.waitFor({ state: 'detached' });
  }

  async closeDialog() {
    await this.page.keyboard.press('Escape');
    await this.dialog.waitFor({ state: 'detached' });
  }

  // tokenInUse returns the access token of a call, from the curl command that Swagger UI shows.
  async tokenInUse() {
    await this.execute('getFridge');
    const curl = await this.block('getFridge').locator('.curl').textContent();
    return curl.match(/Bearer ([\w.-]+)/)[1];
  }
}

const selector = (operation) => `.opblock[id$="-${operation}"]`;
