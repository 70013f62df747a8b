// Actions and contents that are common to all pages of the web client.

// idle waits until a page has finished its calls.
export async function idle(page) {
  await page.locator('main[aria-busy=false]').waitFor();
}

export async function reload(page) {
  await page.reload();
  await idle(page);
}

export const heading = (page) => page.getByRole('heading', { level: 1 }).innerText();
export const text = (page) => page.locator('main').innerText();
export const texts = (locator) => locator.allInnerTexts();
export const notice = (page) => page.getByRole('status').innerText();
export const problem = (page) => page.getByRole('alert').innerText();
export const state = (page) => page.locator('main').getAttribute('data-state');

// storedContent returns the part of a page that shows data of the server.
export async function storedContent(page) {
  const parts = await page.locator('[data-stored]').all();
  return (await Promise.all(parts.map((part) => part.ariaSnapshot()))).join('\n');
}

// press presses a button of a page, or of a part of it, and waits for the result.
export async function press(part, name) {
  const button = part.getByRole('button', { name, exact: true });
  await button.click();
  await idle(button.page());
}

// fill fills in the fields of a form.
export async function fill(form, fields) {
  for (const [label, value] of Object.entries(fields)) {
    const field = form.getByLabel(label, { exact: true });
    const isChoice = await field.evaluate((element) => element.tagName === 'SELECT');
    await (isChoice ? field.selectOption(value) : field.fill(value));
  }
}

// rewrite changes a text that has an Edit button.
export async function rewrite(part, newText) {
  await part.getByRole('button', { name: 'Edit', exact: true }).click();
  const field = part.page().getByLabel('New text'); // outside of part, which may be found by the text that the field replaces
  await field.fill(newText);
  await field.press('Enter');
  await idle(part.page());
}
