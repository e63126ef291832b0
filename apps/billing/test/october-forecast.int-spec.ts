import { jest } from '@jest/globals';
import { localDate, periodOf } from '#libs/time';
import { callerOf } from '#libs/testing';
import { ViewYearEnd } from '../src/estimates/view-year-end.js';
import { YearEndBooks } from '../src/estimates/year-end-books.pg.js';
import { BillingBed } from './billing-bed.test-support.js';
import { aMarket, marketCode } from './market-facts.test-support.js';

/**
 * Goal: what a member is told in October of its next civil year is what its invoices of those days will say (BIL-9).
 * Method: one member of each kind, asked on 20 October 2022 of 2023. Pieces, days and prices are counted by hand from the
 * calendar and typed here, by billing period; the test multiplies and rounds them itself.
 */
jest.setTimeout(90_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
}, 60_000);
afterEach(() => bed.fresh.drop());

/** Accounts, days, price in ten-thousandths of a euro, days of the contract year. */
type Piece = readonly [accounts: number, days: number, price: number, yearDays: number];
const [first, second, revised] = [23_500, 24_182, 25_000];

/** 2023 by the quarter: 18, 90, 91, 92 and 74 days; the price is revised on 1 November, after 13 days of the last. */
const quarters = (accounts: number): Piece[][] => [
  [[accounts, 18, first, 365]],
  [[accounts, 90, first, 365]],
  [[accounts, 91, first, 365]],
  [[accounts, 92, second, 366]],
  [
    [accounts, 13, second, 366],
    [accounts, 61, revised, 366],
  ],
];

const halfUp = (amount: number, by: number) => Math.floor((2 * amount + by) / (2 * by));
/** Cents: a piece is rounded once, VAT once a period. */
function reckoned(periods: readonly (readonly Piece[])[], vatPercent = 20) {
  const nets = periods.map((pieces) =>
    pieces.reduce((sum, [n, d, price, year]) => sum + halfUp(n * d * price, year * 100), 0),
  );
  const vats = nets.map((net) => halfUp(net * vatPercent * 10, 1000));
  const sum = (all: number[]) => BigInt(all.reduce((total, one) => total + one, 0));
  return { netCents: sum(nets), vatCents: sum(vats), totalCents: sum(nets) + sum(vats) };
}

const told = (membershipId: string, year = 2022) =>
  new ViewYearEnd(
    ...([bed.fresh.unitOfWork, bed.businessDate, bed.members, bed.histories, bed.prices] as const),
    ...([bed.usage, new YearEndBooks()] as const),
  ).ofMembership(
    callerOf({ roles: ['supplier'], markets: [marketCode], organisationId: '' }),
    membershipId,
    year,
  );
const forecast = async (membershipId: string) => (await told(membershipId)).forecast;

async function inOctober(): Promise<void> {
  const header = 'item;contract_year_from;unit_price;vat_percent';
  await bed.import(`${header}\nELEVE;2023-11-01;2.5000;20`);
  // Proposed and approved by nobody: no price.
  await bed.propose(`${header}\nELEVE;2023-12-01;9.0000;20`);
  await bed.day('2022-10-20');
}

test('BIL-9: ordered, by the quarter and by the year, 8.5 %, a price to come, an order to come, a succession', async () => {
  await bed.market();
  await bed.member('by-quarter', 412);
  await bed.member('by-year', 412);
  await bed.chooseRhythm('by-year', '2023-07-19', 'YEAR');
  await bed.order('by-year', '2023-09-01', 38);
  await bed.member('in-reunion', 137, undefined, {}, { insee: '97411' });
  // 80 of 200 passed on 1 October 2022 to a commune nouvelle, which orders 13 more from 1 February 2023.
  await bed.member('gave', 200);
  await bed.moveCommitment('gave', { '2022-07-19': 200, '2022-10-01': 120 });
  await bed.order('gave', '2022-10-01', -80);
  await bed.heir('took', 80, '2022-10-01');
  await bed.order('took', '2022-10-01', 80);
  await bed.order('took', '2023-02-01', 13);
  await inOctober();

  expect(await forecast('by-quarter')).toEqual(reckoned(quarters(412)));
  expect(await forecast('in-reunion')).toEqual(reckoned(quarters(137), 8.5));
  // To 18 July by the quarter; then one period of 44 days with 412 accounts, 61 with 450, 61 at the revised price.
  expect(await forecast('by-year')).toEqual(
    reckoned([
      ...quarters(412).slice(0, 3),
      [
        [412, 44, second, 366],
        [450, 61, second, 366],
        [450, 61, revised, 366],
      ],
    ]),
  );
  expect(await forecast('gave')).toEqual(reckoned(quarters(120)));
  // 13 days of the second quarter with 80 accounts, 77 with 93.
  expect(await forecast('took')).toEqual(
    reckoned([
      [[80, 18, first, 365]],
      [
        [80, 13, first, 365],
        [93, 77, first, 365],
      ],
      ...quarters(93).slice(2),
    ]),
  );
  expect(await told('took')).toMatchObject({ endsOn: '2026-07-19', isUpperBound: false });
  // Asked a year later, the price of the summer lacks: what is told ends the day before.
  expect(await told('by-quarter', 2023)).toMatchObject({
    forecastYear: 2024,
    forecastLacks: { firstDay: '2024-07-19' },
  });
});

test('WDR-1, BIL-9: who has announced that it leaves is told of the days until then, and of all again where it gives that up', async () => {
  await bed.market();
  for (const id of ['leaves-in-december', 'leaves-in-march']) await bed.member(id, 412);
  await bed.announceEnd('leaves-in-december', '2022-12-15');
  await bed.announceEnd('leaves-in-march', '2023-03-10');
  await inOctober();

  // 57 days of the running quarter, to 14 December; nothing of 2023.
  const december = await told('leaves-in-december');
  expect(december).toMatchObject({ endsOn: '2022-12-15', forecast: { totalCents: 0n } });
  expect(december.accrued).toEqual(reckoned([[[412, 92, first, 365]], [[412, 57, first, 365]]]));
  const march = await told('leaves-in-march');
  expect(march.endsOn).toBe('2023-03-10');
  // 18 days, and 50 from 19 January to 9 March.
  expect(march.forecast).toEqual(reckoned([[[412, 18, first, 365]], [[412, 50, first, 365]]]));
  // Invoices go by what has happened.
  const known = await bed.fresh.unitOfWork.run((tx) => bed.basis.glance(tx, 'leaves-in-march'));
  expect(known?.member.period).toEqual(periodOf('2022-07-19', '2026-07-19'));

  await bed.announceEnd('leaves-in-march', '2026-07-19', { revoked: true });
  expect(await forecast('leaves-in-march')).toEqual(reckoned(quarters(412)));
});

test('BIL-9: with METERED the most that it may be, by orders and never below C; no bound with a floor of the total', async () => {
  await bed.market({ basis: 'METERED' });
  await bed.member('ordered-more', 100, undefined, { basis: 'METERED' });
  await bed.order('ordered-more', '2023-02-01', 50);
  const openAccounts = [{ from: localDate('2022-07-19'), quantity: 30 }];
  const items = [{ itemCode: 'ELEVE', openAccounts }];
  bed.usage.members = [{ membershipId: 'ordered-more', items }];
  await inOctober();
  const { accrued, forecast: next, isUpperBound } = await told('ordered-more');
  expect(next).toEqual(
    reckoned([
      [[100, 18, first, 365]],
      [
        [100, 13, first, 365],
        [150, 77, first, 365],
      ],
      ...quarters(150).slice(2),
    ]),
  );
  expect(isUpperBound).toBe(true);
  // What was used and what lacked of C, each line rounded by itself: 92 and 74 days.
  const until = (days: number): Piece[] => [
    [30, days, first, 365],
    [70, days, first, 365],
  ];
  expect(accrued).toEqual(reckoned([until(92), until(74)]));

  await bed.publish({ ...aMarket({ basis: 'METERED' }), version: 2, floorScope: 'TOTAL' });
  expect(await told('ordered-more')).toMatchObject({ isUpperBound: false });
});
