import { jest } from '@jest/globals';
import { BusinessDayKeeper } from '#libs/messaging';
import { localDate } from '#libs/time';
import {
  BeginRunsByCalendar,
  BilledByCalendar,
} from '../src/billing-runs/begin-runs-by-calendar.js';
import { BillingBed } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/** Runs that nobody asks for: the calendar begins them, in the transaction that begins the day (BIL-5, MKT-4). */

// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
});
afterEach(() => bed.fresh.drop());

/** The service's day begins, as for a service that bills these markets by the calendar. */
async function begins(day: string, markets: readonly string[] = ['unknown', marketCode]) {
  const { members, runs, runMembers } = bed;
  const handler = new BeginRunsByCalendar(new BilledByCalendar(markets), members, runs, runMembers);
  const days = new BusinessDayKeeper(() => [handler]);
  await bed.fresh.unitOfWork.run((tx) => days.advance(tx, localDate(day)));
}
const periods = async () =>
  (await bed.runs.ofMarket(marketCode)).map(({ period, requestedOn, invoices }) => [
    ...[period.end, requestedOn, invoices],
  ]);

test('BIL-5, MKT-4: begins the run of each period on its own first day, also where days are skipped, and of no other market', async () => {
  await bed.market();
  for (const id of ['m1', 'm2']) await bed.member(id, 100);
  await begins('2022-10-18');
  await begins('2022-10-19', []);
  expect(await periods()).toEqual([]);
  await begins('2023-05-01');
  expect(await periods()).toEqual([
    ['2023-04-19', '2023-04-19', 0],
    ['2023-01-19', '2023-01-19', 0],
  ]);
  await bed.workOffRuns().execute();
  expect((await periods()).map(([, , invoices]) => invoices)).toEqual([2, 2]);
  expect(
    await bed.rows(
      `select actor, business_date from platform.audit_entry where action = 'billing-run.requested' order by id`,
    ),
  ).toEqual(['2023-01-19', '2023-04-19'].map((day) => ({ actor: 'calendar', business_date: day })));
});

test('BIL-5: the calendar and whoever asks beside it, each with a key of its own, begin one run', async () => {
  await bed.market();
  for (const id of ['m1', 'm2', 'm3']) await bed.member(id, 100);
  await begins('2022-10-19');
  await Promise.all(
    ['page', 'rest', 'command', 'process'].map((key) =>
      bed.begin('2022-10-19', marketCode, `by ${key}`),
    ),
  );
  await Promise.all([bed.workOffRuns().execute(), bed.workOffRuns().execute()]);
  expect(await periods()).toEqual([['2022-10-19', '2022-10-19', 3]]);
  expect((await bed.invoices.list({ marketCode }, 10, '')).rows).toHaveLength(3);
});

test('BIL-5: who was set aside for what comes by itself is drafted on the next day, and nobody else', async () => {
  await bed.market({ basis: 'METERED' });
  for (const id of ['m1', 'm2']) await bed.member(id, 412, undefined, { basis: 'METERED' });
  bed.state('m2', 'another-head');
  bed.usage.usage = { ...bed.usage.usage, complete: false };
  await begins('2022-10-19');
  await bed.workOffRuns().execute();
  const [{ runId } = { runId: '' }] = await bed.runs.ofMarket(marketCode);
  const parked = async () =>
    (await bed.runMembers.parked(runId, 10)).map(({ membershipId, code }) => [membershipId, code]);
  const notClosed = [
    ['m1', 'METERING_NOT_COMPLETE'],
    ['m2', 'METERING_NOT_COMPLETE'],
  ];
  expect(await parked()).toEqual(notClosed);
  bed.usage.usage = { ...bed.usage.usage, complete: true };
  // Skipping days, it is looked at on the first of them.
  await begins('2022-10-25');
  await bed.workOffRuns().execute();
  expect(await parked()).toEqual([['m2', 'LEDGER_DIVERGED']]);
  expect((await bed.invoices.list({ marketCode }, 10, '')).rows).toHaveLength(1);
  await begins('2022-10-26');
  expect(await parked()).toEqual([['m2', 'LEDGER_DIVERGED']]);
});
