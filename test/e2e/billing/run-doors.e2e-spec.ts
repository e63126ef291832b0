import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import request from 'supertest';
import * as command from '../../../deploy/tools/billing.js';
import type { Visitor } from '../../../apps/console/src/visitor.js';
import { marketCode } from '../../../apps/billing/test/market-facts.test-support.js';
import { BusinessDayStartedSchema, event } from '#libs/contracts';
import type { CallOptions } from '#libs/rpc';
import { openForm } from '../../support/browser/give-paper.js';
import { ent } from '../../support/ent-command.js';
import { EntLogin } from '../../support/ent-login.js';
import { fakesOf } from '../console/fake-of.js';
import { PagesInBrowser } from '../console/pages-in-browser.js';
import { BillingWithMetering } from './billing-with-metering.js';
import { heads, joined, period } from './metered-facts.js';

/**
 * Goal: the five who begin a billing run (the calendar, a page, REST, a command, a process) begin one and the same
 * (BIL-5). Method: billing and metering as they run, the console's real routes and built pages before them, each door
 * as people and programs use it, all for one period: some one after the other, the rest at once.
 */
jest.setTimeout(180_000);

let world: BillingWithMetering;
let pages: PagesInBrowser;
let dir: string;

beforeAll(async () => {
  world = await BillingWithMetering.start(marketCode);
  dir = mkdtempSync(join(tmpdir(), 'ent-run-'));
  Object.assign(process.env, { ISSUER_URL: world.issuerUrl, BILLING_RPC: world.billingAddress });
  new EntLogin(dir).as('admin', world.issuerUrl);
  await day(period.startsOn);
  await world.kafka.emit(period.startsOn, ...joined());
  world.heads = heads;
  pages = await PagesInBrowser.start(billingAsked);
}, 120_000);
afterAll(async () => {
  await pages?.stop();
  for (const name of ['ISSUER_URL', 'BILLING_RPC', 'ENT_LOGIN_FILE']) delete process.env[name];
  if (dir) rmSync(dir, { recursive: true, force: true });
  await world?.stop();
}, 60_000);

/** The services of a visitor: billing itself, asked in his name, and fakes for what the page shows beside it. */
function billingAsked({ userId, grants }: Visitor) {
  const roles = [...new Set(grants.map(({ role }) => role))];
  type Method = (asked: object, options: CallOptions) => Promise<object>;
  const billing = new Proxy(world.billing, {
    get: (client, name) => async (asked: object, options?: CallOptions) =>
      (Reflect.get(client, name) as Method)(asked, {
        ...options,
        ...(await world.as('billing', roles, userId)),
      }),
  });
  return { ...fakesOf({}), billing };
}

async function day(date: string): Promise<void> {
  await world.kafka.emit(date, event(BusinessDayStartedSchema, 'calendar', { date }));
  await world.kafka.until(`both stand at ${date}`, async () =>
    (await world.days()).every((one) => one === date),
  );
}

const asked = { marketCode, periodEndsOn: period.endsOn };
const inRole = (role: 'coordinator' | 'supplier') => ({
  ...{ userId: role, roles: [role], markets: [marketCode] },
});

const byRest = async () => {
  const { url, running } = pages;
  const { cookie, csrf } = await running.logIn(inRole('coordinator'));
  const { body } = await request(url)
    .post('/api/billing/runs')
    .set({ origin: url, cookie, 'x-csrf-token': csrf, 'idempotency-key': randomUUID() })
    .send(asked)
    .expect(200);
  return (body as { runId: string }).runId;
};
const byProcess = async () =>
  (
    await world.billing.runBilling(
      { ...asked, idempotencyKey: randomUUID() },
      await world.as('billing'),
    )
  ).runId;
const byCommand = async () => {
  const [, told] = await ent(
    command,
    ...['run', marketCode, '--period-ends-on', period.endsOn, '--json'],
  );
  return (JSON.parse(told) as { runId: string }).runId;
};
const byPage = async () => {
  const page = await pages.open('/titulaire/facturation', inRole('supplier'));
  const form = await openForm(page, 'Facturer une période');
  await form.getByLabel('Premier jour après la période').fill(period.endsOn);
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    form.getByRole('button', { name: 'Établir les projets de facture' }).click(),
  ]);
  await page.getByTestId('billing-run').waitFor();
  const ofPeriod = page
    .getByRole('table', { name: 'Périodes facturées' })
    .getByRole('row', { name: /18 octobre 2022/ });
  await ofPeriod.first().waitFor();
  expect(await ofPeriod.count()).toBe(1);
  return ((await answer.json()) as { runId: string }).runId;
};

test('BIL-5: the calendar, a page, REST, a command and a process, one after the other and at once, begin one run', async () => {
  await day(period.endsOn);
  const runs = async () =>
    (await world.billing.listBillingRuns({ marketCode }, await world.as('billing'))).runs;
  const [begun, ...others] = await runs();
  expect([begun?.requestedOn, others]).toEqual([period.endsOn, []]);
  const runId = begun!.runId;
  expect([await byPage(), await byRest(), await byCommand(), await byProcess()]).toEqual(
    Array.from({ length: 4 }, () => runId),
  );
  const atOnce = await Promise.all([byPage(), byRest(), byCommand(), byProcess()]);
  expect([...new Set(atOnce)]).toEqual([runId]);
  expect(await runs()).toHaveLength(1);
  // Each asked; the calendar began it.
  expect(
    await world.billingRows(`select array_agg(distinct requested_by) as by from billing_run`),
  ).toEqual([{ by: ['calendar'] }]);
});
