import type { Page } from 'playwright-core';
import type { Stack } from '../../../deploy/local/stack.mjs';
import type { Visit } from '../../support/browser/browser.js';

/** The product that was played, open to people: each logs in with a browser of its own. */
export type InBrowser = {
  readonly as: (login: string, how?: { readonly atPage: boolean }) => Promise<Visit>;
  readonly consoleUrl: () => string;
  /** The settings of the stack, for a command of the operator. */
  readonly env: () => Stack['env'];
  /** As if everybody who is logged in had done so an hour ago. */
  readonly letLoginsAge: () => Promise<void>;
  /** What no page does, to the database of a service. */
  readonly asOwner: (service: string, sql: string) => Promise<void>;
  /** For what they save; removed with the product. */
  readonly folder: () => string;
};

/** Goes where the person's menu leads; the way that led here may name the same page. */
export const menu = (page: Page, name: string): Promise<void> =>
  page
    .getByRole('navigation', { name: 'Menu principal' })
    .getByRole('link', { name, exact: true })
    .click();
