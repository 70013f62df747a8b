// The page at /docs/, used as a person does, mostly with the keyboard: in a long page the mouse takes the browser longer.

// Documentation is Swagger UI in a page of the browser, on the server at this address.
export class Documentation {
  constructor(page, url) {
    this.page = page;
    this.url = url;
    this.authorize = page.locator('.auth-wrapper .btn.authorize').first();
    this.dialog = page.getByRole('dialog');
  }

  async open() {
    await this.page.goto(`${this.url}/`);
    await this.isThere();
  }

  async reload() {
    await this.page.reload();
    await this.isThere();
  }

  // isThere waits for the operations, and for what Swagger UI has set a timer of no time to when it had the contract.
  async isThere() {
    await this.page.locator('.opblock').first().waitFor();
    await this.page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  }

  // operations answers the operationIds in the order of the page, with their methods.
  operations() {
    return this.page.locator('.opblock').evaluateAll((blocks) => blocks.map((block) => ({
      id: block.id.split('-').at(-1),
      group: block.id.split('-').at(-2),
      method: block.querySelector('.opblock-summary-method').innerText,
      path: block.querySelector('.opblock-summary-path').dataset.path,
    })));
  }

  block(operation) {
    return this.page.locator(`.opblock[id$="-${operation}"]`);
  }

  // execute opens an operation, fills in the body if there is one (else it stays as Swagger UI has prefilled it), presses
  // Execute, and reads what the page shows. Beside it comes the request id that the server has sent.
  async execute(operation, body) {
    const at = this.block(operation);
    await this.unfold(operation);
    if (body) await at.locator('.body-param__text').fill(JSON.stringify(body));
    const clear = at.getByRole('button', { name: 'Clear', exact: true });
    if (await clear.isVisible()) await clear.press('Enter'); // else the answer of the last time would be read

    const path = (await at.locator('.opblock-summary-path').getAttribute('data-path')).replace(/\{.*?\}/g, '[^/]+');
    const method = await at.locator('.opblock-summary-method').innerText();
    const exchange = this.page.waitForResponse((response) =>
      response.request().method() === method && new RegExp(`^${path}$`).test(new URL(response.url()).pathname));
    await at.getByRole('button', { name: 'Execute' }).press('Enter');
    const answer = at.locator('.live-responses-table .response');
    await answer.waitFor();
    const status = Number((await answer.locator('.response-col_status').innerText()).trim().slice(0, 3));
    const text = answer.locator('.response-col_description .highlight-code code').first();
    return {
      status,
      body: (await text.count()) ? JSON.parse(await text.textContent()) : undefined,
      requestId: { shown: await at.locator('.request-id').innerText(), sent: (await exchange).headers()['x-request-id'] },
    };
  }

  // unfold opens an operation, and folds the one that was open: a short page is drawn faster.
  async unfold(operation) {
    const at = this.block(operation);
    if (await at.evaluate((element) => element.classList.contains('is-open'))) return;
    const open = this.page.locator('.opblock.is-open .opblock-summary-control');
    if (await open.count()) await open.press('Enter');
    await at.locator('.opblock-summary-control').press('Enter');
  }

  // padlocks tells which are closed: that of the button Authorize, and those of some operations.
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

  // logIn uses the dialog, and leaves it as it is then: gone if that worked.
  async logIn({ username, password }) {
    if (!(await this.dialog.isVisible())) await this.authorize.press('Enter');
    await this.dialog.getByLabel('Username').fill(username);
    await this.dialog.getByLabel('Password').fill(password);
    await this.dialog.getByLabel('Password').press('Enter');
  }

  async logOut() {
    await this.authorize.press('Enter');
    await this.dialog.getByRole('button', { name: 'Log out' }).click();
    await this.dialog.getByRole('heading', { name: 'Log in' }).waitFor();
    await this.closeDialog();
  }

  async pasteToken(token) {
    await this.authorize.press('Enter');
    await this.dialog.getByText('Use an access token instead').click();
    await this.dialog.getByLabel('Access token').fill(token);
    await this.dialog.getByRole('button', { name: 'Use token' }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  async closeDialog() {
    await this.page.keyboard.press('Escape');
    await this.dialog.waitFor({ state: 'detached' });
  }

  // tokenInUse reads the token from the curl command that Swagger UI shows for a call.
  async tokenInUse() {
    await this.execute('getFridge');
    const curl = await this.block('getFridge').locator('.curl').textContent();
    return curl.match(/Bearer ([\w.-]+)/)[1];
  }
}
