import type { Locator, Page } from 'playwright-core';

/** A scanned document chosen from the disk, with the day that is printed on it. */
export async function givePaper(form: Locator, label: string, datedOn: string): Promise<void> {
  await form.getByLabel(label).setInputFiles({
    name: 'scan.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4\n%%EOF'),
  });
  await form.getByLabel('Daté du').fill(datedOn);
}

/** Opens the form of a decision by its button. */
export async function openForm(page: Page, button: string, title = button): Promise<Locator> {
  await page.getByRole('button', { name: button, exact: true }).click();
  return page.getByRole('form', { name: title, exact: true });
}
