import type { Browser, Page } from 'playwright-core';

/**
 * Pages, each in a context of its own as of another person, handed on from test to test: who was logged in, what the
 * application kept and what the test listened to go; the process that draws and the compiled application stay.
 */
export class WarmPages {
  private readonly idle: Page[] = [];
  private readonly inUse: Page[] = [];

  constructor(private readonly browser: Browser) {}

  async take(viewport: { width: number; height: number }): Promise<Page> {
    const page = this.idle.pop() ?? (await this.makeOne());
    this.inUse.push(page);
    await page.setViewportSize(viewport);
    return page;
  }

  /** All that were taken. */
  async giveBack(): Promise<void> {
    for (const page of this.inUse.splice(0)) {
      await forgetAll(page);
      this.idle.push(page);
    }
  }

  private async makeOne(): Promise<Page> {
    const context = await this.browser.newContext({ locale: 'fr-FR' });
    context.setDefaultTimeout(45_000);
    return context.newPage();
  }
}

async function forgetAll(page: Page): Promise<void> {
  const context = page.context();
  for (const name of ['pageerror', 'response', 'request'] as const) page.removeAllListeners(name);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  for (const other of context.pages()) if (other !== page) await other.close();
  await page.evaluate('sessionStorage.clear()');
  // A page that asks again by itself would ask as nobody, and leave for the login while the next test opens it.
  await page.goto('about:blank');
  await context.clearCookies();
}
