import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import { BillingTermsOfMembers } from '../src/terms/billing-terms-of-members.pg.js';
import { BillingBed } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/**
 * Goal: a member that chose the year gets one invoice for it, the others theirs by the quarter, by the same runs (BIL-3).
 * Method: two members of one market over two contract years, one choosing the year for the second.
 */
jest.setTimeout(90_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
}, 60_000);
afterEach(() => bed.fresh.drop());

const secondYear = ['2023-10-19', '2024-01-19', '2024-04-19', '2024-07-19'] as const;
/** By membership: first and last period, documents, account-days and net. */
const invoiced = (membershipId: string) =>
  bed.rows<{ starts: string; ends: string; accountDays: bigint; netCents: bigint }>(
    `select period_start as starts, period_end as ends, net_cents as "netCents",
            (select sum(account_days)::bigint from invoice_line l where l.invoice_id = i.invoice_id) as "accountDays"
       from invoice i where membership_id = '${membershipId}' and period_start >= '2023-07-19' order by period_start`,
  );

async function twoYears(basis: 'ORDERED' | 'METERED' = 'ORDERED'): Promise<void> {
  await bed.market({ basis });
  for (const id of ['by-quarter', 'by-year']) await bed.member(id, 412, undefined, { basis });
  await bed.chooseRhythm('by-year', '2023-07-19', 'YEAR');
  await bed.day('2023-07-19');
  expect(await bed.run('2023-07-19')).toMatchObject({ drafted: 2, withoutLine: 0, failures: [] });
}

test('BIL-3: one invoice at the end of the year for the same account-days and, but for the rounding of lines, the same amount', async () => {
  await twoYears();
  for (const id of ['by-quarter', 'by-year']) await bed.order(id, '2023-11-03', 38);
  for (const [at, end] of secondYear.entries()) {
    await bed.day(end);
    const last = at === secondYear.length - 1;
    expect(await bed.run(end)).toMatchObject(
      last ? { drafted: 2, withoutLine: 0 } : { drafted: 1, withoutLine: 1 },
    );
  }
  const quarters = await invoiced('by-quarter');
  const [year, ...others] = await invoiced('by-year');
  expect(others).toEqual([]);
  expect(year).toMatchObject({ starts: '2023-07-19', ends: '2024-07-19' });
  expect(quarters.map(({ ends }) => ends)).toEqual(secondYear);
  const sum = (of: (one: (typeof quarters)[number]) => bigint) =>
    quarters.map(of).reduce((all, one) => all + one, 0n);
  // 412 × 107 d + 450 × 259 d.
  expect(year?.accountDays).toBe(160_634n);
  expect(sum(({ accountDays }) => accountDays)).toBe(160_634n);
  // 291.27 + 770.06 at 2.4182 € a contract year of 366 days; the quarters have five lines, whose roundings make up for each other here.
  expect([year?.netCents, sum(({ netCents }) => netCents)]).toEqual([106_133n, 106_133n]);
  await bed.day('2024-07-29');
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({
    ...{ invoices: 7, drafts: 0, violations: [] },
  });
});

test('BIL-5: what a run would draft and what an estimate says go by the rhythm of each', async () => {
  await twoYears();
  await bed.day('2023-10-19');
  const preview = (end: string) =>
    bed.previewBilling.execute({ marketCode, periodEndsOn: localDate(end), limit: 10 });
  expect(await preview('2023-10-19')).toMatchObject({
    ...{ toDraft: { members: 1 }, withoutLine: { members: 1 }, warned: 0 },
  });
  await bed.day('2024-07-19');
  const told = await preview('2024-07-19');
  // Beside a quarter a year would be told as four times as much.
  expect(told).toMatchObject({ toDraft: { members: 2 }, warned: 0 });
  await bed.run('2024-07-19');
  const [year] = await invoiced('by-year');
  expect(told.members.find(({ membershipId }) => membershipId === 'by-year')).toMatchObject({
    amounts: { netCents: year?.netCents },
    before: undefined,
  });
  expect(await preview('2024-07-19')).toMatchObject({ alreadyThere: { members: 2 } });
});

test('BIL-3: with METERED the usage of the year is certified for who is billed by it alone', async () => {
  await twoYears('METERED');
  await bed.day('2024-07-19');
  bed.usage.usage = { ...bed.usage.usage, certificate: undefined };
  expect(await bed.run('2024-07-19')).toMatchObject({ drafted: 2, failures: [] });
  expect(bed.usage.certifiedDays.slice(-2).sort()).toEqual([
    'by-quarter 2024-04-19 2024-07-19',
    'by-year 2023-07-19 2024-07-19',
  ]);
});

test('BIL-3: a quarter of a year that goes on is certified for nobody, and keeps nobody waiting; a year that was parked is certified once', async () => {
  await twoYears('METERED');
  // Of each of these days metering is asked as if nothing had been certified.
  const run = (end: string) => {
    bed.usage.usage = { ...bed.usage.usage, certificate: undefined };
    return bed.run(end);
  };
  bed.usage.certifiedDays.length = 0;
  bed.usage.usage = { ...bed.usage.usage, complete: false };
  await bed.day('2023-10-19');
  expect(await run('2023-10-19')).toMatchObject({
    ...{
      withoutLine: 1,
      failures: [{ membershipId: 'by-quarter', code: 'METERING_NOT_COMPLETE' }],
    },
  });
  bed.usage.usage = { ...bed.usage.usage, complete: true };
  for (const end of secondYear.slice(0, -1)) {
    await bed.day(end);
    expect(await run(end)).toMatchObject({ drafted: 1, failures: [] });
  }
  await bed.day('2024-07-19');
  bed.state('by-year', '', 1);
  expect(await run('2024-07-19')).toMatchObject({ failures: [{ membershipId: 'by-year' }] });
  bed.state('by-year', bed.heads.heads.get('by-quarter')?.ledgerHead ?? '');
  expect(await bed.run('2024-07-19')).toMatchObject({ drafted: 1, failures: [] });
  expect(bed.usage.certifiedDays.filter((one) => one.startsWith('by-year'))).toEqual([
    'by-year 2023-07-19 2024-07-19',
  ]);
});

test('BIL-5: a choice that comes late bills no day twice, and neither does a run that is asked again', async () => {
  await twoYears();
  await bed.day('2023-10-19');
  await bed.run('2023-10-19');
  // Membership takes none for a year that has begun.
  await bed.chooseRhythm('by-quarter', '2023-07-19', 'YEAR');
  await bed.day('2024-07-19');
  const run = await bed.run('2024-07-19');
  expect(run).toMatchObject({ drafted: 1, failures: [{ membershipId: 'by-quarter' }] });
  expect(await bed.run('2024-07-19')).toMatchObject({ drafted: 0, alreadyThere: 1 });
});

test('BIL-3: the terms of a member say its rhythm of a day; the service cannot rewrite what was told', async () => {
  await twoYears();
  const terms = new BillingTermsOfMembers(bed.fresh.database);
  const on = async (day: string) =>
    (await terms.on(localDate(day), { marketCode })).map((one) => [one.membershipId, one.rhythm]);
  expect(Object.fromEntries(await on('2023-07-18'))).toEqual({
    ...{ 'by-quarter': 'QUARTER', 'by-year': 'QUARTER' },
  });
  expect(Object.fromEntries(await on('2023-07-19'))).toEqual({
    ...{ 'by-quarter': 'QUARTER', 'by-year': 'YEAR' },
  });
  for (const sql of [
    `update billing_rhythm set rhythm = 'QUARTER'`,
    'delete from billing_rhythm',
  ]) {
    await expect(bed.rows(sql)).rejects.toMatchObject({ code: '42501' });
  }
  const slipped = `insert into billing_rhythm values ('by-quarter', 1, '2022-07-19', 'YEAR')`;
  await expect(bed.rows(slipped)).rejects.toThrow(/is not what the membership stands at/);
});
