import { jest } from '@jest/globals';
import { BillingBed } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/**
 * Goal: a correction counts on the days that it names, whenever it comes (ORD-4, BIL-1); what is invoiced stays
 * as it was issued until BIL-8 mends it. Method: the event as membership tells it, an OrderSigned whose lines lie
 * in the past; 2.35 € per account and contract year, quarters of 92 days.
 */
jest.setTimeout(90_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
  await bed.member('m', 412);
}, 60_000);
afterEach(() => bed.fresh.drop());

async function bill(on: string): Promise<void> {
  await bed.day(on);
  expect(await bed.run(on)).toMatchObject({ failures: [] });
  expect((await bed.checkInvoices.execute(marketCode)).violations).toEqual([]);
}
const lines = async () =>
  (
    await bed.rows<{ line: string }>(
      `select i.revision || ' ' || l.period_start || ' ' || l.period_end || ' ' || l.account_days || ' ' || l.net_cents as line
         from invoice_line l join invoice i using (invoice_id) order by l.period_start`,
    )
  ).map(({ line }) => line);

test('ORD-4, BIL-3: days not yet invoiced are billed as the correction says, to the cent of case 2', async () => {
  await bed.day('2022-12-20');
  await bed.order('m', '2022-11-03', 38);
  await bill('2022-10-19');
  await bill('2023-01-19');
  expect(await lines()).toEqual([
    '0 2022-07-19 2022-10-19 37904 24404',
    '0 2022-10-19 2022-11-03 6180 3979',
    '0 2022-11-03 2023-01-19 34650 22309',
  ]);
});

test('ORD-4, BIL-8: an invoice issued does not move, and the next period begins with what was corrected', async () => {
  await bill('2022-10-19');
  const issued = await lines();
  await bed.day('2022-12-20');
  await bed.order('m', '2022-09-01', 38);
  await bill('2022-10-19');
  expect(await lines()).toEqual(issued);
  await bill('2023-01-19');
  expect(await lines()).toEqual([...issued, '0 2022-10-19 2023-01-19 41400 26655']);
});
