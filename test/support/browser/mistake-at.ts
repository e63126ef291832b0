import type { Locator } from 'playwright-core';

/** What is told at the first of these fields that is wrong, which has the cursor and names what describes it. */
export async function mistakeAt(fields: Locator): Promise<string> {
  const wrong = fields.and(fields.page().locator('[aria-invalid=true]')).first();
  await wrong.waitFor();
  const described = await wrong.evaluate((field) => ({
    hasCursor: field.matches(':focus'),
    ids: field.getAttribute('aria-describedby'),
  }));
  if (!described.hasCursor) throw new Error('the wrong field does not have the cursor');
  return fields.page().locator(`[id="${described.ids}"]`).innerText();
}
