import { jest } from '@jest/globals';
import { BillingBed } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/**
 * Goal: on the day of a succession B(d) leaves the former member and begins with its successor, none of it
 * billed twice or to nobody (ADH-5, BIL-1, BIL-3). Method: the events as membership tells them; 2.35 € per
 * account and contract year, the quarter 2022-10-19 → 2023-01-19 has 74 days before 2023-01-01 and 18 after.
 */
jest.setTimeout(90_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
  await bed.member('old', 412);
}, 60_000);
afterEach(() => bed.fresh.drop());

async function quarter() {
  await bed.day('2023-01-19');
  const run = await bed.run('2023-01-19');
  expect(run).toMatchObject({ failures: [] });
  expect((await bed.checkInvoices.execute(marketCode)).violations).toEqual([]);
  const rows = await bed.rows<{ line: string }>(
    `select i.membership_id || ' ' || l.period_start || ' ' || l.period_end || ' ' || l.account_days || ' ' || l.net_cents as line
       from invoice_line l join invoice i using (invoice_id) where l.period_start >= '2022-10-19'
      order by i.membership_id desc, l.period_start`,
  );
  return rows.map(({ line }) => line);
}

test('ADH-5, BIL-3: in full, the former member is billed up to the day, a new one from it on', async () => {
  await bed.order('old', '2022-11-03', 38);
  await bed.day('2023-01-01');
  await bed.heir('heir', 412, '2023-01-01');
  await bed.order('heir', '2023-01-01', 450);
  await bed.end('old', '2023-01-01');
  expect(await quarter()).toEqual([
    'old 2022-10-19 2022-11-03 6180 3979',
    'old 2022-11-03 2023-01-01 26550 17094',
    'heir 2023-01-01 2023-01-19 8100 5215',
  ]);
  // Case 2 of BIL-3 without a succession: 6180 + 34650 account-days.
  expect(6180 + 26550 + 8100).toBe(6180 + 34650);
});

test('ADH-5, BIL-3: in part, C and O go down on one side and up on the other on one day', async () => {
  await bed.member('heir', 50);
  await bed.day('2023-01-01');
  await bed.moveCommitment('old', { '2022-07-19': 412, '2023-01-01': 312 });
  await bed.order('old', '2023-01-01', -100);
  await bed.moveCommitment('heir', { '2022-07-19': 50, '2023-01-01': 150 });
  await bed.order('heir', '2023-01-01', 100);
  const lines = await quarter();
  expect(lines).toEqual([
    'old 2022-10-19 2023-01-01 30488 19629',
    'old 2023-01-01 2023-01-19 5616 3616',
    'heir 2022-10-19 2023-01-01 3700 2382',
    'heir 2023-01-01 2023-01-19 2700 1738',
  ]);
  const days = lines.reduce((sum, line) => sum + Number(line.split(' ')[3]), 0);
  expect(days).toBe((412 + 50) * 92);
});
