import { jest } from '@jest/globals';
import { vatRateIn, vatTerritoryOf } from '../src/invoices/domain/vat-territory.js';
import { BillingBed } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/**
 * Goal: each member is charged the VAT of where it stands, from one price of the BPU at 20 % (BIL-2). Method: members of
 * one market in every territory, invoiced together; the rates of the law, typed here.
 */
jest.setTimeout(90_000);

const members = [
  ['m-nantes', { insee: '44109' }],
  ['m-reunion', { insee: '97411', address: '1 rue de Paris\n97400 Saint-Denis' }],
  ['m-cayenne', { insee: '97302' }],
  ['m-rectorat', { address: '1 boulevard de l’Exemple, 97262 Fort-de-France CEDEX' }],
  ['m-papeete', { insee: '98735' }],
] as const;

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
  for (const [id, place] of members) await bed.member(id, 412, undefined, {}, place);
  await bed.day('2022-10-19');
  expect(await bed.run('2022-10-19')).toMatchObject({ drafted: members.length, failures: [] });
}, 60_000);
afterEach(() => bed.fresh.drop());

test('BIL-2: 20 % in metropolitan France, 8.5 % in the Antilles and Réunion, none in Guyane; where none is known, no number', async () => {
  await bed.day('2022-10-29');
  const rows = await bed.rows<Record<string, unknown>>(
    `select membership_id as id, status, vat_basis_points as rate, i.vat_cents as vat, total_cents as total
       from invoice i join invoice_vat_total v using (invoice_id) order by 1`,
  );
  // 244.04 € net each: 48.81 €, 20.74 € and nothing.
  expect(rows).toEqual([
    { id: 'm-cayenne', status: 'FINALISED', rate: 0, vat: 0n, total: 24_404n },
    { id: 'm-nantes', status: 'FINALISED', rate: 2000, vat: 4_881n, total: 29_285n },
    { id: 'm-papeete', status: 'DRAFT', rate: 0, vat: 0n, total: 24_404n },
    { id: 'm-rectorat', status: 'FINALISED', rate: 850, vat: 2_074n, total: 26_478n },
    { id: 'm-reunion', status: 'FINALISED', rate: 850, vat: 2_074n, total: 26_478n },
  ]);
  const [failure] = (await bed.numberingFailures.ofMarket(marketCode, 10)).failures;
  expect(failure).toMatchObject({
    code: 'E_INVOICE_REFUSED',
    invoice: { membershipId: 'm-papeete' },
    detail: expect.stringContaining('aucun taux de TVA n’est établi') as unknown,
  });
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({ violations: [] });
  // What the XML says of who is charged nothing.
  const [{ xml = '' } = {}] = await bed.rows<{ xml: string }>(
    `select convert_from(xml, 'UTF8') as xml from invoice_document join invoice using (invoice_id)
      where membership_id = 'm-cayenne'`,
  );
  expect(xml).toContain('<ram:ExemptionReason>TVA non applicable, art. 294 du CGI</ram:');
});

test('BIL-2: whoever writes: no line at another rate than that of its member’s territory', async () => {
  const line = (id: string, rate: number) =>
    bed.rows(
      `insert into invoice_line
         select (jsonb_populate_record(l, jsonb_build_object('line', 9, 'vat_basis_points', ${rate}))).*
           from invoice_line l join invoice i using (invoice_id) where membership_id = '${id}'`,
    );
  // The database reckons as the calculation does, of every rate and department.
  const stated = [0, 210, 550, 850, 1000, 2000];
  const departments = ['44', '2A', '971', '972', '973', '974', '976', '987', undefined];
  const rates = await bed.fresh.database.rows<{ rate: number }>(
    `select vat_rate_in(d, r) as rate from unnest($1::text[]) with ordinality as d (d, i),
            unnest($2::integer[]) with ordinality as r (r, j) order by i, j`,
    [departments.map((one) => one ?? null), stated],
  );
  expect(rates.map(({ rate }) => rate)).toEqual(
    departments.flatMap((one) => stated.map((rate) => vatRateIn(vatTerritoryOf(one), rate))),
  );
  for (const [id, own, other] of [
    ['m-reunion', 850, 2000],
    ['m-nantes', 2000, 0],
    ['m-cayenne', 0, 850],
  ] as const) {
    await expect(line(id, other)).rejects.toThrow(/at the rate of its member's territory/);
    // At its own rate it is the sum that refuses it.
    await expect(line(id, own)).rejects.toThrow(/do not add up/);
  }
});
