import pg from 'pg';
import type { Browser } from 'playwright-core';
import type { Stack } from '../../../deploy/local/stack.mjs';
import { openBrowser, visit, type Visit } from '../../support/browser/browser.js';
import { WarmPages } from '../../support/browser/warm-pages.js';
import { agreementsOfTwo } from './agreements.js';
import { amendmentOfTwo } from './amendments.js';
import { betweenMembers } from './between-members.js';
import { coordinatorDay } from './coordination.js';
import { directoryDay } from './directory.js';
import { entDay } from './ent.js';
import type { InBrowser } from './in-browser.js';
import { invoicesOfAMarket } from './market-invoices.js';
import { mistakesOfADay } from './mistakes.js';
import { ordererDay } from './orders.js';
import { serviceFaitOfTwo } from './service-fait.js';
import { supportDay } from './support.js';

/**
 * Goal: people get through their day in a real browser, on the real product. Method: on a stack where the small demo
 * has come to its end, an agent answers a call and the data-protection officer finds the look, a head sends a list, a
 * commune's orderer is refused, orders, and asks why an invoice is what it is, and the coordinator decides on what was
 * sent to it.
 */
export function browserDays(given: () => Stack): void {
  let browser: Browser;
  let pages: WarmPages;
  const visits: Visit[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    pages = new WarmPages(browser);
  }, 60_000);

  afterAll(() => browser?.close());

  afterEach(async () => {
    const complaints = visits.splice(0).flatMap((one) => one.complaints);
    await pages.giveBack();
    expect(complaints).toEqual([]);
  });

  async function as(login: string, how = { atPage: false }): Promise<Visit> {
    const visited = await visit(pages, given().consoleUrl, login, how);
    visits.push(visited);
    return visited;
  }

  async function asOwner(service: string, sql: string): Promise<void> {
    const { backing } = given();
    const its = new URL(backing.postgresUrl);
    its.pathname = new URL(backing.databaseUrls[service]!).pathname;
    const database = new pg.Client({ connectionString: its.href });
    await database.connect();
    await database.query(sql);
    await database.end();
  }

  // The console itself may not: it has no right to write when somebody logged in.
  const letLoginsAge = () =>
    asOwner('console', `update session set logged_in_at = logged_in_at - interval '1 hour'`);

  const inBrowser: InBrowser = {
    ...{ as, letLoginsAge, asOwner, consoleUrl: () => given().consoleUrl },
    ...{ env: () => given().env, folder: () => given().dir },
  };
  supportDay(inBrowser);
  directoryDay(inBrowser);
  entDay(inBrowser);
  ordererDay(inBrowser);
  mistakesOfADay(inBrowser);
  coordinatorDay(inBrowser);
  betweenMembers(inBrowser);
  amendmentOfTwo(inBrowser);
  agreementsOfTwo(inBrowser);
  serviceFaitOfTwo(inBrowser);
  invoicesOfAMarket(inBrowser);
}
