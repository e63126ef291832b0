import { jest } from '@jest/globals';
import { BillingBed } from './billing-bed.test-support.js';
import { aMarket, bpu, marketCode } from './market-facts.test-support.js';

/**
 * Goal: a member of two consecutive markets is invoiced by the one up to the boundary and by the other from it
 * on, no day twice and none by nobody (MKT-5, BIL-1). Method: both memberships as membership tells them, then a run
 * of each market on each side; 2.40 € in the last contract year of the first, 3.00 € in the first of the second.
 */
jest.setTimeout(90_000);

const next = 'e-primo-2026';
const boundary = '2026-07-19';
const successor: ReturnType<typeof aMarket> = Object.assign(aMarket({ numberPrefix: 'EP26' }), {
  code: next,
  calendar: {
    effectiveOn: boundary,
    endsOn: '2030-07-19',
    contractYears: [boundary, '2027-07-19', '2028-07-19', '2029-07-19'],
  },
});

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
  await bed.import(`${bpu}\nELEVE;2025-07-19;2.4000;20`);
  await bed.member('m-old', 412);
  await bed.order('m-old', '2022-11-03', 38);
  await bed.day('2026-06-01');
  await bed.publish(successor);
  await bed.import(
    'item;contract_year_from;unit_price;vat_percent\nELEVE;2026-07-19;3.0000;20',
    '',
    next,
  );
  await bed.heir('m-new', 500, boundary, successor);
  await bed.order('m-new', boundary, 500);
}, 60_000);
afterEach(() => bed.fresh.drop());

const lines = async () =>
  (
    await bed.rows<{ line: string }>(
      `select i.membership_id || ' ' || coalesce(i.number, '') || ' ' || l.period_start || ' ' || l.period_end || ' ' || l.account_days || ' ' || l.net_cents as line
         from invoice_line l join invoice i using (invoice_id) order by l.period_start`,
    )
  ).map(({ line }) => line);

test('MKT-5, BIL-1: the last day of the first market is its own, the next day the second’s', async () => {
  await bed.day(boundary);
  await bed.end('m-old', boundary);
  const last = await bed.run(boundary);
  expect(last).toMatchObject({ drafted: 1, failures: [] });
  await bed.day('2026-10-19');
  expect(await bed.run('2026-10-19', next)).toMatchObject({ drafted: 1, failures: [] });
  await bed.day('2026-10-30');
  // 450 × 91 d × 2.40 / 365, then 500 × 92 d × 3.00 / 365: each its own quantity, price and sequence of numbers.
  expect(await lines()).toEqual([
    expect.stringMatching(/^m-old EP22\S+ 2026-04-19 2026-07-19 40950 26926$/),
    expect.stringMatching(/^m-new EP26\S+ 2026-07-19 2026-10-19 46000 37808$/),
  ]);
  for (const code of [marketCode, next]) {
    expect((await bed.checkInvoices.execute(code)).violations).toEqual([]);
  }
});

test('MKT-5, BIL-3: neither market has a period on the other side of the boundary', async () => {
  await bed.day('2026-10-19');
  await bed.end('m-old', boundary);
  await expect(bed.run('2026-10-19')).rejects.toMatchObject({ code: 'BILLING_PERIOD_UNKNOWN' });
  await expect(bed.run(boundary, next)).rejects.toMatchObject({ code: 'BILLING_PERIOD_UNKNOWN' });
});
