import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Browser } from 'playwright-core';
import { type DemoFigures } from '../../deploy/local/demo/figures.js';
import { removeStack, startStack, type Stack } from '../../deploy/local/stack.mjs';
import { openBrowser, visit, type Visit } from '../support/browser/browser.js';
import { calmOutcome, outcome, startPlayer } from '../support/demo-player.js';
import { agreementsOfTwo } from './browser/agreements.js';
import { amendmentOfTwo } from './browser/amendments.js';
import { betweenMembers } from './browser/between-members.js';
import { coordinatorDay } from './browser/coordination.js';
import { directoryDay } from './browser/directory.js';
import { mistakesOfADay } from './browser/mistakes.js';
import { ordererDay } from './browser/orders.js';
import { supportDay } from './browser/support.js';

/**
 * Goal: people get through their day in a real browser, on the real product. Method: the small demo
 * is played on a stack of its own, to the figures that are committed; then an agent answers a call and the data-protection officer
 * finds the look, a head sends a list, a commune's orderer is refused, orders, and asks why an invoice is what it is, and the
 * coordinator decides on what was sent to it.
 */
let stack: Stack;
let browser: Browser;
let dir: string;
let played: DemoFigures;
const visits: Visit[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ent-browser-'));
  stack = await startStack({ dir, throwAway: true, environment: {} });
  played = await startPlayer(stack).figures;
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
  const ofConsole = new URL(stack.backing.postgresUrl);
  ofConsole.pathname = new URL(stack.backing.databaseUrls['console']!).pathname;
  // The console itself may not: it has no right to write when somebody logged in.
  const database = new pg.Client({ connectionString: ofConsole.href });
  await database.connect();
  await database.query(`update session set logged_in_at = logged_in_at - interval '1 hour'`);
  await database.end();
}

test('the demo, played calmly, comes to the committed figures, and every check holds', () => {
  expect(outcome(played)).toEqual(calmOutcome(played));
  expect(outcome(played).checks.filter(({ holds }) => !holds)).toEqual([]);
});

const inBrowser = {
  ...{ as, letLoginsAge, consoleUrl: () => stack.consoleUrl },
  ...{ env: () => stack.env, folder: () => dir },
};
supportDay(inBrowser);
directoryDay(inBrowser);
ordererDay(inBrowser);
mistakesOfADay(inBrowser);
coordinatorDay(inBrowser);
betweenMembers(inBrowser);
amendmentOfTwo(inBrowser);
agreementsOfTwo(inBrowser);
