import { create } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { ItemSchema, MarketSchema } from '#libs/contracts';
import { periodOf } from '#libs/time';
import { BillingBed } from './billing-bed.test-support.js';
import { aMarket, bpu, marketCode } from './market-facts.test-support.js';

/** What a run bills where it is ORDERED; `metered-runs.int-spec.ts` has METERED. */

// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
});
afterEach(() => bed.fresh.drop());

test('worked examples 1 and 2 come out of four quarterly runs, to the cent', async () => {
  await bed.member('m1', 412);
  await bed.day('2022-10-19');
  expect(await bed.run('2022-10-19')).toMatchObject({ memberships: 1, drafted: 1, failures: [] });
  await bed.day('2022-11-02');
  await bed.order('m1', '2022-11-03', 38);
  for (const end of ['2023-01-19', '2023-04-19', '2023-07-19']) {
    await bed.day(end);
    expect(await bed.run(end)).toMatchObject({ drafted: 1, failures: [] });
  }
  await bed.day('2023-07-29');
  const { rows } = await bed.invoices.list({ marketCode }, 10, '');
  expect(
    rows.map((row) => [row.number, row.netCents, row.vatCents, row.totalCents]).reverse(),
  ).toEqual([
    ['EP22-2022-000001', 24404n, 4881n, 29285n],
    ['EP22-2023-000001', 26288n, 5258n, 31546n],
    ['EP22-2023-000002', 26075n, 5215n, 31290n],
    ['EP22-2023-000003', 26365n, 5273n, 31638n],
  ]);
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({
    invoices: 4,
    drafts: 0,
    violations: [],
  });
  expect(await bed.invoiceEvents()).toEqual([
    ['ent.billing.v1.InvoiceDrafted', 4],
    ['ent.billing.v1.InvoiceFinalised', 4],
  ]);
});

test('ADH-5, BIL-3: a line is cut where C moves, and what was invoiced before stays explained', async () => {
  await bed.member('m1', 100);
  await bed.day('2022-10-19');
  expect(await bed.run('2022-10-19')).toMatchObject({ drafted: 1 });
  // O alone would give 100 on every day: what the second quarter shows of 130 is C.
  await bed.moveCommitment('m1', { '2022-07-19': 100, '2022-12-01': 130 });
  await bed.day('2023-01-19');
  expect(await bed.run('2023-01-19')).toMatchObject({ drafted: 1 });
  expect(
    await bed.rows(
      `select l.period_start, l.quantity, l.commitment from invoice_line l join invoice i using (invoice_id)
        order by l.period_start`,
    ),
  ).toEqual([
    { period_start: '2022-07-19', quantity: 100n, commitment: 100n },
    { period_start: '2022-10-19', quantity: 100n, commitment: 100n },
    { period_start: '2022-12-01', quantity: 130n, commitment: 130n },
  ]);
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({ violations: [] });
});

test('BIL-1b: where the floor is on the total, what was ordered is billed, not the floor of each item again', async () => {
  const items = [
    create(ItemSchema, { code: 'ELEVE', label: 'Compte élève' }),
    create(ItemSchema, { code: 'ENSEIGNANT', label: 'Compte enseignant' }),
  ];
  const market = create(MarketSchema, aMarket({}));
  await bed.publish({ ...market, version: 2, floorScope: 'TOTAL', items });
  await bed.import(bpu.replaceAll('ELEVE', 'ENSEIGNANT'));
  await bed.member('m1', 200);
  await bed.orders(
    { membershipId: 'm1', effectiveFrom: '2022-07-19', delta: -50 },
    { membershipId: 'm1', effectiveFrom: '2022-07-19', delta: 50, itemCode: 'ENSEIGNANT' },
  );
  await bed.day('2022-10-19');
  expect(await bed.run('2022-10-19')).toMatchObject({ drafted: 1, failures: [] });
  const [row] = (await bed.invoices.list({}, 1, '')).rows;
  const { lines } = await bed.invoices.get(row?.id ?? '');
  expect(lines.map(({ itemCode, quantity }) => [itemCode, quantity])).toEqual([
    ['ELEVE', 150],
    ['ENSEIGNANT', 50],
  ]);
  expect(lines[0]?.explanation.sentences.join(' ')).toContain(
    '150 comptes commandés ; l’engagement vaut pour l’ensemble des articles',
  );
  expect((await bed.checkInvoices.execute(marketCode)).violations).toEqual([]);
});

test('no invoice where there is no line', async () => {
  await bed.member('m0', 0);
  await bed.member('later', 10, periodOf('2023-07-19', '2026-07-19'));
  await bed.day('2022-10-19');
  expect(await bed.run('2022-10-19')).toMatchObject({ memberships: 2, drafted: 0, withoutLine: 2 });
});
