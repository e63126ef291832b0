import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const pictures = join('.local', 'screenshots');
const isWanted = process.env['PICTURES'] === '1';

/**
 * The whole page for people to look at, under .local/screenshots, where that is asked for (`npm run prove -- pictures`):
 * to draw and pack a page takes about as much as to judge it.
 */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (!isWanted) return;
  mkdirSync(pictures, { recursive: true });
  // Packing a page as PNG takes twice the work.
  const how = { fullPage: true, type: 'jpeg', quality: 80 } as const;
  await page.screenshot({ path: join(pictures, `${name}.jpg`), ...how });
}
