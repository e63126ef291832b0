import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import { PriceEffects } from '../src/proposals/price-effects.js';
import { toEntries } from '../src/proposals/proposals.dto.js';
import { BillingBed } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/**
 * Goal: a dry run says of each member, in euros, what the prices would change (BIL-2). Method: what it says of a year that is
 * then approved and invoiced, to the cent; members with orders, one by the year, one overseas, one without account.
 */
jest.setTimeout(90_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
  await bed.member('m1', 412);
  await bed.member('m2', 100);
  await bed.member('m3', 100, undefined, {}, { insee: '97411' });
  await bed.member('none', 0);
  await bed.chooseRhythm('m2', '2023-07-19', 'YEAR');
  await bed.order('m1', '2023-11-03', 38);
}, 60_000);
afterEach(() => bed.fresh.drop());

const effects = async (content: string) => {
  const { members, prices, fresh } = bed;
  const { changes } = await bed.propose(content, { dryRun: true });
  return new PriceEffects(fresh.unitOfWork, members, prices).of(marketCode, toEntries(changes));
};
const header = 'item;contract_year_from;unit_price;vat_percent';
const secondYear = { start: localDate('2023-07-19'), end: localDate('2024-07-19') };

test('BIL-2: the amount of each member before and after, the most moved first, is what the year is then invoiced', async () => {
  const [effect, ...others] = await effects(`${header}\nELEVE;2023-07-19;2.5000;20`);
  expect(others).toEqual([]);
  expect(effect).toMatchObject({ period: secondYear, members: 3 });
  expect(effect?.ofMembers.map(({ membershipId }) => membershipId)).toEqual(['m1', 'm2', 'm3']);
  // m2, 100 accounts for the year: 241.82 € then 250.00 € excl. VAT; m3, by the quarter, 8.5 % of each: 2 × 5.34 and 2 × 5.28 €.
  expect(effect?.ofMembers.slice(1)).toMatchObject([
    { before: { netCents: 24_182n, totalCents: 29_018n }, after: { totalCents: 30_000n } },
    { before: { totalCents: 26_238n }, after: { totalCents: 27_124n } },
  ]);
  expect(await bed.rows('select count(*) as n from price')).toEqual([{ n: 2n }]);

  await bed.import(`${header}\nELEVE;2023-07-19;2.5000;20`);
  for (const end of ['2023-10-19', '2024-01-19', '2024-04-19', '2024-07-19']) {
    await bed.day(end);
    await bed.run(end);
  }
  const invoiced = await bed.rows<{ id: string; total: bigint }>(
    `select membership_id as id, sum(total_cents)::bigint as total from invoice
      where period_start >= '2023-07-19' group by 1 order by 1`,
  );
  expect(invoiced).toEqual(
    effect?.ofMembers.map(({ membershipId, after }) => ({
      ...{ id: membershipId, total: after?.totalCents },
    })),
  );
});

test('BIL-2: a revision within a year counts from its day; where a year had no price, that is said, and where one still lacks', async () => {
  const [second, third] = await effects(
    `${header}\nELEVE;2024-01-19;2.5000;20\nELEVE;2024-07-19;2.5500;20`,
  );
  expect(second).toMatchObject({
    period: { start: localDate('2024-01-19'), end: secondYear.end },
    before: { totalCents: expect.any(BigInt) as bigint },
  });
  expect(third).toMatchObject({ members: 3, before: undefined });
  expect(third?.ofMembers.find(({ membershipId }) => membershipId === 'm2')).toMatchObject({
    ...{ before: undefined, after: { netCents: 25_500n, totalCents: 30_600n } },
  });
  const [late] = await effects(`${header}\nELEVE;2025-01-19;2.6000;20`);
  // The days from 2024-07-19 on are no part of it.
  expect(late).toMatchObject({ period: { start: localDate('2025-01-19') }, before: undefined });
  expect(late?.after?.netCents).toBeGreaterThan(0n);
  expect(await effects(`${header}\nELEVE;2023-07-19;2.4182;20`)).toEqual([]);
});
