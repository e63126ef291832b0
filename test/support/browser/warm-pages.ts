import type { Browser, Page } from 'playwright-core';

/**
 * Pages, each in a context of its own as of another person, handed on from test to test: who was logged in, what the
 * application kept and what the test listened to go; the process that draws and the compiled application stay.
 */
export class WarmPages {
  private readonly idle: Page[] = [];
  private readonly inUse: Page[] = [];
  private readonly violations: string[] = [];

  constructor(private readonly browser: Browser) {}

  async take(viewport: { width: number; height: number }): Promise<Page> {
    const page = this.idle.pop() ?? (await this.makeOne());
    this.inUse.push(page);
    await page.setViewportSize(viewport);
    return page;
  }

  /** All that were taken. Throws what the browser refused by the content security policy. */
  async giveBack(): Promise<void> {
    const violations = this.violations.splice(0);
    for (const page of this.inUse.splice(0)) {
      await forgetAll(page);
      this.idle.push(page);
    }
    if (violations.length > 0) throw new Error(violations.join('\n'));
  }

  private async makeOne(): Promise<Page> {
    const context = await this.browser.newContext({ locale: 'fr-FR' });
    context.setDefaultTimeout(45_000);
    context.on('console', (message) => {
      if (/content security policy|permissions policy|permissions-policy/i.test(message.text()))
        this.violations.push(`${message.page()?.url()}: ${message.text()}`);
    });
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
