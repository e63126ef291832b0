import { localDate, type Period, periodOf } from '#libs/time';
import { EstimateCost } from '../src/estimates/estimate-cost.js';
import { ListSeatPrices } from '../src/estimates/list-seat-prices.js';
import { ViewYearEnd } from '../src/estimates/view-year-end.js';
import { YearEndBooks } from '../src/estimates/year-end-books.pg.js';
import { BillingBed } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';
import { callerOf } from '#libs/testing';

/** Goal: what an order will cost is what the invoices will say, to the cent, and what is missing is said. */
let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
});
afterEach(() => bed.fresh.drop());

const caller = (organisationId: string) =>
  callerOf({ roles: ['member-orderer'], organisationId, markets: [marketCode] });
const estimate = (
  membershipId: string,
  changes: { itemCode: string; effectiveFrom: string; delta: number }[] = [],
  organisationId = `org-${membershipId}`,
) =>
  new EstimateCost(bed.fresh.unitOfWork, bed.basis, bed.invoicedDays, bed.businessDate).execute({
    membershipId,
    changes,
    caller: caller(organisationId),
  });
const line = (effectiveFrom: string, delta: number, itemCode = 'ELEVE') => ({
  itemCode,
  effectiveFrom,
  delta,
});

// The worked examples of BIL-3: the membership is the period, so that every figure is the table's.
test.each([
  [1, periodOf('2022-07-19', '2022-10-19'), 412, [], [], [24404n, 4881n, 29285n]],
  [
    2,
    periodOf('2022-10-19', '2023-01-19'),
    412,
    [],
    [line('2022-11-03', 38)],
    [26288n, 5258n, 31546n],
  ],
  [
    4,
    periodOf('2023-04-19', '2023-10-19'),
    412,
    [line('2023-04-19', 38)],
    [line('2023-09-01', -30)],
    [52767n, 10553n, 63320n],
  ],
] as [number, Period, number, ReturnType<typeof line>[], ReturnType<typeof line>[], bigint[]][])(
  'BIL-3: the worked example %i, with the change as an order that nobody has signed',
  async (_case, period, commitment, signed, hypothetical, [netCents, vatCents, totalCents]) => {
    await bed.member('m1', commitment, period);
    for (const { effectiveFrom, delta } of signed) await bed.order('m1', effectiveFrom, delta);
    const { horizons } = await estimate('m1', hypothetical);
    expect(horizons.at(-1)).toMatchObject({
      name: 'MEMBERSHIP',
      period,
      after: { netCents, vatCents, totalCents },
    });
  },
);

test('BIL-3: example 3, a leap contract year, once its prices are those of the table', async () => {
  await bed.import('item;contract_year_from;unit_price;vat_percent\nELEVE;2023-07-19;2.3500;20');
  await bed.member('m1', 412, periodOf('2024-01-19', '2024-04-19'));
  const { horizons } = await estimate('m1', [line('2024-01-19', 38)]);
  expect(horizons.at(-1)).toMatchObject({
    after: { netCents: 26293n, vatCents: 5259n, totalCents: 31552n },
  });
});

test('BIL-3: the cost to 31 December counts that day and not the next, before and after', async () => {
  await bed.member('m1', 412);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  const { on, invoicedUntil, horizons, touchesInvoicedDays } = await estimate('m1', [
    line('2022-12-31', 100),
  ]);
  expect({ on, invoicedUntil, touchesInvoicedDays }).toEqual({
    on: '2022-10-19',
    invoicedUntil: '2022-10-19',
    touchesInvoicedDays: false,
  });
  // 412 × 74 d × 2.35 / 365; with the order 412 × 73 d and 512 × 1 d.
  expect(horizons[0]).toMatchObject({
    name: 'CIVIL_YEAR',
    period: periodOf('2022-10-19', '2023-01-01'),
    before: { netCents: 19629n },
    after: { netCents: 19364n + 330n },
  });
  const next = await estimate('m1', [line('2023-01-01', 100)]);
  expect(next.horizons[0]).toMatchObject({ after: { netCents: 19629n } });
});

test('BIL-3: what was estimated is what the invoices say once the order is signed', async () => {
  const period = periodOf('2022-07-19', '2023-07-19');
  await bed.member('m1', 412, period);
  const { horizons } = await estimate('m1', [line('2022-11-03', 38), line('2023-05-01', -20)]);
  await bed.order('m1', '2022-11-03', 38);
  await bed.order('m1', '2023-05-01', -20);
  for (const end of ['2022-10-19', '2023-01-19', '2023-04-19', '2023-07-19']) {
    await bed.day(end);
    await bed.run(end);
  }
  const [sums] = await bed.rows<{ net: bigint; vat: bigint; total: bigint; invoices: bigint }>(
    `select sum(net_cents)::bigint as net, sum(vat_cents)::bigint as vat, sum(total_cents)::bigint as total,
            count(*) as invoices from invoice`,
  );
  expect(sums?.invoices).toBe(4n);
  expect(horizons.at(-1)).toMatchObject({
    after: { netCents: sums?.net, vatCents: sums?.vat, totalCents: sums?.total },
  });
  expect((await estimate('m1')).horizons).toEqual([]);
});

test('BIL-2: a year of the market without price is said, and the horizon before it has its cost', async () => {
  await bed.member('m1', 412);
  const { horizons } = await estimate('m1', [line('2022-11-03', 38)]);
  expect(horizons[0]).toMatchObject({
    name: 'CIVIL_YEAR',
    after: { netCents: 24404n + 3979n + 17094n },
  });
  expect(horizons[1]).toEqual({
    name: 'MEMBERSHIP',
    period: periodOf('2022-07-19', '2026-07-19'),
    missingPrice: { itemCode: 'ELEVE', label: 'Compte élève', firstDay: '2024-07-19' },
  });
});

test('BIL-8: a change of days already invoiced is said, and no invoiced day is in the figures', async () => {
  await bed.member('m1', 412);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  const { touchesInvoicedDays, horizons } = await estimate('m1', [line('2022-10-18', 38)]);
  expect(touchesInvoicedDays).toBe(true);
  expect(horizons[0]).toMatchObject({ period: { start: '2022-10-19' } });
});

test('BIL-3: a quarter that nobody billed is in the figures, though the next one is invoiced', async () => {
  await bed.member('m1', 412, periodOf('2022-07-19', '2023-01-19'));
  await bed.day('2023-01-19');
  await bed.run('2023-01-19');
  const estimated = await estimate('m1', [line('2023-01-18', 1)]);
  expect(estimated).toMatchObject({ invoicedUntil: '2022-07-19', touchesInvoicedDays: true });
  expect(estimated.horizons.at(-1)).toMatchObject({
    period: { start: '2022-07-19', end: '2023-01-19' },
    before: { netCents: 24404n },
    after: { netCents: 24404n },
  });
});

test('BIL-1: with basis METERED the figures are the most that it may be', async () => {
  await bed.fresh.drop();
  bed = await BillingBed.open();
  await bed.market({ basis: 'METERED' });
  await bed.member('m1', 412, periodOf('2022-07-19', '2022-10-19'));
  expect(await estimate('m1', [line('2022-07-19', 38)])).toMatchObject({
    isUpperBound: true,
    horizons: [{}, { before: { netCents: 24404n }, after: { netCents: 26655n } }],
  });
});

const yearEnds = () => {
  const { unitOfWork } = bed.fresh;
  return new ViewYearEnd(
    ...([unitOfWork, bed.businessDate, bed.members, bed.histories, bed.prices] as const),
    ...([bed.usage, new YearEndBooks()] as const),
  );
};
const yearEnd = (membershipId: string, year: number, organisationId = `org-${membershipId}`) =>
  yearEnds().ofMembership(caller(organisationId), membershipId, year);

test('BIL-9: at 31 December what is owed and not invoiced is accrued, and the next civil year forecast, to the cent', async () => {
  await bed.member('m1', 412);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  const running = {
    // 412 × 74 d × 2.35 / 365.
    ...{ period: periodOf('2022-10-19', '2023-01-01'), accrued: { netCents: 19629n } },
  };
  // A draft is no invoice: nobody has received it.
  expect(await yearEnd('m1', 2022)).toMatchObject({
    isProvisional: true,
    periods: [
      { period: periodOf('2022-07-19', '2022-10-19'), accrued: { netCents: 24404n } },
      running,
    ],
    accrued: { netCents: 24404n + 19629n, vatCents: 4881n + 3926n },
  });
  await bed.day('2022-10-29');
  await bed.numberDueInvoices.execute();
  const { periods, accrued, forecast, forecastPeriods, forecastLacks } = await yearEnd('m1', 2022);
  expect(periods).toMatchObject([running]);
  expect(periods[0]?.owed.lines).toEqual([
    expect.stringMatching(/^Compte élève : 412 comptes × 74 jours = 30\s488 jours-comptes/),
  ]);
  expect(accrued).toEqual({ netCents: 19629n, vatCents: 3926n, totalCents: 23555n });
  // 18, 90, 91 days at 2.35 / 365, then 92 and 74 at 2.4182 / 366, each rounded as its invoice.
  expect(forecastPeriods.map(({ priced }) => priced.netCents)).toEqual([
    ...[4775n, 23873n, 24139n, 25044n, 20144n],
  ]);
  expect([forecast.netCents, forecastLacks]).toEqual([97975n, undefined]);

  // Issued in January, it was not there on 31 December: looked at again, the year says the same.
  await bed.day('2023-01-19');
  await bed.run('2023-01-19');
  await bed.day('2023-01-29');
  await bed.numberDueInvoices.execute();
  expect(await yearEnd('m1', 2022)).toMatchObject({ isProvisional: false, accrued });
  // Nothing is carried over into the next year, whose prices lack from the summer on.
  expect(await yearEnd('m1', 2023)).toMatchObject({
    periods: [
      { period: periodOf('2023-01-19', '2023-04-19') },
      { period: periodOf('2023-04-19', '2023-07-19') },
      { period: periodOf('2023-07-19', '2023-10-19') },
      { period: periodOf('2023-10-19', '2024-01-01') },
    ],
    forecastPeriods: [{}, {}, { period: periodOf('2024-04-19', '2024-07-19') }],
    forecastLacks: { label: 'Compte élève', firstDay: '2024-07-19' },
  });
  expect(await yearEnd('m1', 2026)).toMatchObject({
    accrualLacks: { firstDay: '2024-07-19' },
    forecast: { netCents: 0n },
    forecastPeriods: [],
  });
});

test('BIL-9: a market’s year ends come page by page, each as its member is told; a member sees its own', async () => {
  for (const id of ['m1', 'm2', 'm3']) await bed.member(id, 100);
  await bed.order('m2', '2022-11-03', 38);
  const supplier = callerOf({ roles: ['supplier'], markets: [marketCode] });
  const page = (after: string) =>
    yearEnds().ofMarket(supplier, { marketCode, year: 2022, after, limit: 2 });
  const [first, second, more] = await page('');
  expect([first, second, more]).toEqual([
    await yearEnd('m1', 2022),
    await yearEnd('m2', 2022),
    await yearEnd('m3', 2022),
  ]);
  expect(second!.accrued.netCents).toBeGreaterThan(first!.accrued.netCents);
  expect((await page('m2')).map(({ membershipId }) => membershipId)).toEqual(['m3']);
  await expect(yearEnd('m1', 2022, 'org-m2')).rejects.toMatchObject({ kind: 'not-found' });
  const abroad = callerOf({ roles: ['supplier'], markets: ['another'] });
  const asked = yearEnds().ofMarket(abroad, { marketCode, year: 2022, after: '', limit: 2 });
  await expect(asked).rejects.toMatchObject({ kind: 'not-found' });
});

test('BIL-9: with METERED what was used is accrued, the last known use for the days to come, never below the floor', async () => {
  await bed.fresh.drop();
  bed = await BillingBed.open();
  await bed.market({ basis: 'METERED' });
  await bed.member('m1', 100, periodOf('2022-12-01', '2026-07-19'));
  const openAccounts = [{ from: localDate('2022-12-01'), quantity: 150 }];
  bed.usage.members = [{ membershipId: 'm1', items: [{ itemCode: 'ELEVE', openAccounts }] }];
  await bed.day('2022-12-11');
  const { accrued, isUpperBound, forecast } = await yearEnd('m1', 2022);
  // 150 × 31 d × 2.35 / 365; by C alone the next year.
  expect([accrued.netCents, isUpperBound]).toEqual([2994n, true]);
  expect(forecast.netCents).toBeGreaterThan(0n);
});

test('SUP-3: another member’s cost does not exist, and a bad question writes nothing', async () => {
  await bed.member('m1', 412);
  await expect(estimate('m1', [], 'org-m2')).rejects.toMatchObject({ kind: 'not-found' });
  await expect(estimate('nobody')).rejects.toMatchObject({ kind: 'not-found' });
  const bad = [
    [line('2022-11-03', 38, 'AUTRE')],
    [line('2022-11-31', 38)],
    [line('2022-11-03', 0)],
    [line('2022-11-03', 1.5)],
    [line('2022-11-03', 10_000_001)],
    Array.from({ length: 51 }, () => line('2022-11-03', 1)),
  ];
  for (const changes of bad) {
    await expect(estimate('m1', changes)).rejects.toMatchObject({ code: 'ESTIMATE_INVALID' });
  }
});

test('BIL-2: seats are priced by what a contract year costs on the day, in each market that has a price then', async () => {
  const list = () =>
    new ListSeatPrices(
      ...([bed.fresh.unitOfWork, bed.businessDate, bed.members, bed.prices] as const),
    ).execute([marketCode, 'inconnu', marketCode]);
  expect(await list()).toEqual([{ marketCode, itemCode: 'ELEVE', unitPrice: 23_500n }]);
});
