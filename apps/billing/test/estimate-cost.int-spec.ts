import { type Period, periodOf } from '#libs/time';
import { EstimateCost } from '../src/estimates/estimate-cost.js';
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
