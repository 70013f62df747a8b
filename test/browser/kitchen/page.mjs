// What all pages of the web client have in common.

// idle waits until a page has nothing under way.
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

// kept is what a page shows of what the server keeps.
export async function kept(page) {
  const parts = await page.locator('[data-kept]').all();
  return (await Promise.all(parts.map((part) => part.ariaSnapshot()))).join('\n');
}

// press presses a button of a page, or of a part of it, and waits for what comes of it.
export async function press(part, name) {
  const button = part.getByRole('button', { name, exact: true });
  await button.click();
  await idle(button.page());
}

// fill fills in a form, field by field.
export async function fill(form, fields) {
  for (const [label, value] of Object.entries(fields)) {
    const field = form.getByLabel(label, { exact: true });
    const isChoice = await field.evaluate((element) => element.tagName === 'SELECT');
    await (isChoice ? field.selectOption(value) : field.fill(value));
  }
}

// rewrite changes a text that has Edit beside it.
export async function rewrite(part, newText) {
  await part.getByRole('button', { name: 'Edit', exact: true }).click();
  const field = part.page().getByLabel('New text'); // in the place of the text, by which the part may have been found
  await field.fill(newText);
  await field.press('Enter');
  await idle(part.page());
}
