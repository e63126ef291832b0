import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Browser } from 'playwright-core';
import { removeStack, startStack, type Stack } from '../../deploy/local/stack.mjs';
import { openBrowser, visit, type Visit } from '../support/browser/browser.js';
import { betweenMembers } from './browser/between-members.js';
import { coordinatorDay } from './browser/coordination.js';
import { mistakesOfADay } from './browser/mistakes.js';
import { ordererDay } from './browser/orders.js';
import { supportDay } from './browser/support.js';

/**
 * Goal: people get through their day in a real browser, on the real product. Method: the small demo
 * is played on a stack of its own; then an agent answers a call and the data-protection officer
 * finds the look, a commune's orderer is refused, orders, and asks why an invoice is what it is, and the
 * coordinator decides on what was sent to it.
 */
let stack: Stack;
let browser: Browser;
let dir: string;
const visits: Visit[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ent-browser-'));
  stack = await startStack({ dir, throwAway: true, environment: {} });
  const status = await stack.run('dist/deploy/local/demo/main.js', {
    args: ['--size', 'small'],
    name: 'demo',
  });
  expect(status).toBe(0);
  browser = await openBrowser();
}, 480_000);

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
  removeStack(dir);
}, 60_000);

afterEach(async () => {
  const complaints = visits.flatMap((one) => one.complaints);
  await Promise.all(visits.splice(0).map((one) => one.end()));
  expect(complaints).toEqual([]);
});

async function as(login: string): Promise<Visit> {
  const visited = await visit(browser, stack.consoleUrl, login);
  visits.push(visited);
  return visited;
}

async function letLoginsAge(): Promise<void> {
  const database = new pg.Client({ connectionString: stack.backing.databaseUrls['console'] });
  await database.connect();
  await database.query(`update session set logged_in_at = logged_in_at - interval '1 hour'`);
  await database.end();
}

const inBrowser = { as, letLoginsAge, consoleUrl: () => stack.consoleUrl, folder: () => dir };
supportDay(inBrowser);
ordererDay(inBrowser);
mistakesOfADay(inBrowser);
coordinatorDay(inBrowser);
betweenMembers(inBrowser);
