import { jest } from '@jest/globals';
import { BillingBed } from './billing-bed.test-support.js';

/**
 * Goal: orders that a batch brings together leave the copy as they would one by one. Method: two of one membership
 * around one of another in one run of the consumer, and the copy read as it stands.
 */
jest.setTimeout(90_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
  await bed.member('m', 100);
  await bed.member('n', 50);
}, 60_000);
afterEach(() => bed.fresh.drop());

const copyOf = (one: BillingBed) =>
  one.rows<{ line: string }>(
    `select m.membership_id || ' ' || m.membership_version || ' ' || m.ledger_head || ' '
        || l.ledger_position || '/' || l.line || ' ' || l.order_number || ' ' || l.effective_from || ' ' || l.delta as line
       from membership m join ledger_line l using (membership_id) order by m.membership_id, l.ledger_position, l.line`,
  );
const three = [
  { membershipId: 'm', effectiveFrom: '2022-11-03', delta: 38 },
  { membershipId: 'n', effectiveFrom: '2022-11-04', delta: 5 },
  { membershipId: 'm', effectiveFrom: '2022-12-01', delta: -3 },
];

test('BIL-1: each membership stands at its last order, and every line is there', async () => {
  await bed.orders(...three);
  const together = await copyOf(bed);
  const alone = await BillingBed.open();
  try {
    await alone.market();
    await alone.member('m', 100);
    await alone.member('n', 50);
    for (const each of three) await alone.orders(each);
    expect(together).toEqual(await copyOf(alone));
    expect(together).toHaveLength(5);
  } finally {
    await alone.fresh.drop();
  }
});

test('an order of a membership that nobody accepted takes nothing of its batch along', async () => {
  const before = await copyOf(bed);
  const strange = { membershipId: 'strange', effectiveFrom: '2022-11-03', delta: 1 };
  await expect(bed.orders(three[0]!, strange)).rejects.toThrow(RangeError);
  expect(await copyOf(bed)).toEqual(before);
});
