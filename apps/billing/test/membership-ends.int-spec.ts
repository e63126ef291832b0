import { jest } from '@jest/globals';
import { BillingBed } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/**
 * Goal: billing stops where a membership ends, and an end that comes later than the invoice does not touch
 * it (BIL-4). Method: the consumer takes the events as membership tells them; the runs and checks are real.
 */
jest.setTimeout(90_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
  await bed.member('m1', 412);
}, 60_000);
afterEach(() => bed.fresh.drop());

const bill = async (day: string) => {
  await bed.day(day);
  return bed.run(day);
};
const invoices = async () =>
  (
    await bed.rows<{ line: string }>(
      `select period_start || ' ' || status || ' ' || net_cents as line from invoice order by period_start`,
    )
  ).map(({ line }) => line);
const checked = () => bed.checkInvoices.execute(marketCode);

test('WDR-2, BIL-3: a period is cut at the end of the membership, and later ones have no line', async () => {
  await bill('2022-10-19');
  await bed.day('2022-12-01');
  await bed.end('m1', '2022-12-01', { notified: true });
  // 412 × 43 d / 365 × 2.35.
  expect(await bill('2023-01-19')).toMatchObject({ drafted: 1, failures: [] });
  expect(await bill('2023-04-19')).toMatchObject({ drafted: 0, withoutLine: 1, failures: [] });
  expect(await invoices()).toEqual(['2022-07-19 FINALISED 24404', '2022-10-19 FINALISED 11406']);
  expect((await checked()).violations).toEqual([]);
});

test('WDR-2: an end on the first day of a period leaves the period before whole', async () => {
  await bed.end('m1', '2022-10-19', { notified: true });
  expect(await bill('2022-10-19')).toMatchObject({ drafted: 1, failures: [] });
  expect(await bill('2023-01-19')).toMatchObject({ drafted: 0, withoutLine: 1 });
  expect(await invoices()).toEqual(['2022-07-19 FINALISED 24404']);
});

test('EXC-1, BIL-4: an end in the past, told after the invoice, leaves it as it is, and its explanation right', async () => {
  await bill('2022-10-19');
  await bed.day('2022-11-20');
  const before = await invoices();
  await bed.end('m1', '2022-09-01');
  expect(await invoices()).toEqual(before);
  // The check prices the invoice anew from what was known then: the end was not.
  expect((await checked()).violations).toEqual([]);
  expect(await bill('2023-01-19')).toMatchObject({ drafted: 0, withoutLine: 1, failures: [] });
});
