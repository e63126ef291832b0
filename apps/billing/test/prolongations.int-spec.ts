import { jest } from '@jest/globals';
import { BillingBed } from './billing-bed.test-support.js';
import { aMarket, bpu, marketCode } from './market-facts.test-support.js';

/**
 * Goal: a market that is prolonged is invoiced on, from the day after its old end, and never twice (MKT-6, art. 8).
 * Method: the market and its membership as the amendment leaves them, then runs on both sides of the old end; 2.40 € in
 * the last contract year, 2.50 € in the one that is added.
 */
jest.setTimeout(90_000);

const [oldEnd, newEnd] = ['2026-07-19', '2027-01-19'];
let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
  await bed.import(`${bpu}\nELEVE;2025-07-19;2.4000;20`);
  await bed.member('m1', 412);
  await bed.day('2026-06-01');
}, 60_000);
afterEach(() => bed.fresh.drop());

async function prolong() {
  const years = ['2022-07-19', '2023-07-19', '2024-07-19', '2025-07-19', oldEnd];
  await bed.publish(
    Object.assign(aMarket({}), {
      version: 2,
      calendar: { effectiveOn: '2022-07-19', endsOn: newEnd, contractYears: years },
    }),
  );
  await bed.prolong('m1', newEnd);
  await bed.import('item;contract_year_from;unit_price;vat_percent\nELEVE;2026-07-19;2.5000;20');
}
async function lines() {
  const rows = await bed.rows<{ line: string }>(
    `select period_start || ' ' || period_end || ' ' || account_days || ' ' || net_cents as line
       from invoice_line order by period_start`,
  );
  return rows.map(({ line }) => line);
}

test('MKT-6: the last quarter ends on the old end, the next begins there, up to the new one', async () => {
  await prolong();
  for (const end of [oldEnd, '2026-10-19', newEnd]) {
    await bed.day(end);
    expect(await bed.run(end)).toMatchObject({ drafted: 1, failures: [] });
    expect(await bed.run(end)).toMatchObject({ drafted: 0, alreadyThere: 1, failures: [] });
  }
  // 412 × 91 d × 2.40 / 365, then 412 × 92 d × 2.50 / 365 twice.
  expect(await lines()).toEqual([
    '2026-04-19 2026-07-19 37492 24652',
    '2026-07-19 2026-10-19 37904 25962',
    '2026-10-19 2027-01-19 37904 25962',
  ]);
  expect((await bed.checkInvoices.execute(marketCode)).violations).toEqual([]);
  await expect(bed.run('2027-04-19')).rejects.toMatchObject({ code: 'BILLING_PERIOD_UNKNOWN' });
});

test('MKT-6: without the amendment nothing is invoiced from the old end on', async () => {
  await bed.day('2026-10-19');
  await expect(bed.run('2026-10-19')).rejects.toMatchObject({ code: 'BILLING_PERIOD_UNKNOWN' });
});
