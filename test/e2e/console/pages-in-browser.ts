import type { Server } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { freePort, wholeOrNothing } from '#libs/testing';
import { openBrowser } from '../../support/browser/browser.js';
import { WarmPages } from '../../support/browser/warm-pages.js';
import { startConsole, type RunningConsole } from './console-app.js';

/** The built pages in a browser, on the real back end of the console and whatever stands behind it. */
export class PagesInBrowser {
  private constructor(
    readonly url: string,
    readonly running: RunningConsole,
    private readonly browser: Browser,
    private readonly pages: WarmPages,
  ) {}

  static start(clients: Parameters<typeof startConsole>[0]): Promise<PagesInBrowser> {
    return wholeOrNothing(async (begun) => {
      const port = await freePort();
      const url = `http://localhost:${port}`;
      const running = await startConsole(clients, { CONSOLE_URL: url });
      begun(() => running.stop());
      await running.app.listen(port, 'localhost');
      const browser = await openBrowser();
      return new PagesInBrowser(url, running, browser, new WarmPages(browser));
    });
  }

  /** A page of whoever is logged in so. */
  async open(
    path: string,
    visitor: Parameters<RunningConsole['logIn']>[0],
    width = 1_280,
  ): Promise<Page> {
    const { cookie } = await this.running.logIn(visitor);
    const [name = '', value = ''] = cookie.split('=');
    const page = await this.pages.take({ width, height: 900 });
    await page
      .context()
      .addCookies([{ name, value, domain: 'localhost', path: '/', secure: true }]);
    await page.goto(`${this.url}${path}`);
    return page;
  }

  /** All pages that were opened: the next test has them, emptied. */
  giveBack(): Promise<void> {
    return this.pages.giveBack();
  }

  async stop(): Promise<void> {
    await this.browser.close();
    (this.running.app.getHttpServer() as Server).closeAllConnections();
    await this.running.stop();
  }
}
