import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { MarketSchema, SupplierSchema } from '#libs/contracts';
import { localDate } from '#libs/time';
import { BillingBed, supplier } from './billing-bed.test-support.js';
import { financeOf } from './billing-use-cases.test-support.js';
import { aMarket, marketCode } from './market-facts.test-support.js';

/**
 * Goal: what Chorus Pro would refuse gets no number, says why and what to do, and holds up nobody (BIL-6, BIL-9). Method:
 * three members billed together, one of whom has no SIRET; then it records one.
 */
jest.setTimeout(90_000);

const supplierOfMarket = aMarket({}).supplier as MessageInitShape<typeof SupplierSchema>;

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
  for (const membershipId of ['m1', 'm2', 'm3']) await bed.member(membershipId, 412);
}, 60_000);
afterEach(() => bed.fresh.drop());

const invoices = () =>
  bed.rows<{ membership_id: string; status: string; number: string | null }>(
    `select membership_id, status, number from invoice order by membership_id, drafted_on, status`,
  );
const parked = async () => (await bed.numberingFailures.ofMarket(marketCode, 10)).failures;

test('BIL-6, BIL-9: an invoice that would be refused is set aside in French, and takes no number from the others', async () => {
  await bed.recordChorusPro('m2', '2022-10-01', 'EJ-2022', '');
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  await bed.day('2022-10-29');
  expect(await invoices()).toEqual([
    { membership_id: 'm1', status: 'FINALISED', number: 'EP22-2022-000001' },
    { membership_id: 'm2', status: 'DRAFT', number: null },
    { membership_id: 'm3', status: 'FINALISED', number: 'EP22-2022-000002' },
  ]);
  const [failure] = await parked();
  expect(failure).toMatchObject({
    code: 'E_INVOICE_REFUSED',
    detail:
      'Cette facture serait refusée : le SIRET du destinataire manque. À faire : le membre enregistre ses données Chorus Pro (fiche de l’organisation), puis la numérotation est relancée.',
  });
  const invoiceId = failure!.invoice.id;
  // Asked again with nothing mended, it stays aside; no number is lost.
  await expect(bed.retryNumbering.execute(supplier, invoiceId)).rejects.toMatchObject({
    code: 'E_INVOICE_REFUSED',
  });
  expect(await parked()).toMatchObject([{ attempts: 2 }]);

  await bed.recordChorusPro('m2', '2022-10-29', 'EJ-2022', '21440109300015');
  await bed.retryNumbering.execute(supplier, invoiceId);
  expect(await parked()).toEqual([]);
  expect(
    await bed.rows(`select withdrawal_reason from invoice where status = 'WITHDRAWN'`),
  ).toEqual([
    {
      withdrawal_reason:
        'Les données de facturation ont été complétées depuis : un projet à jour remplace celui-ci.',
    },
  ]);
  await bed.day('2022-11-08');
  expect((await invoices()).filter(({ status }) => status === 'FINALISED')).toHaveLength(3);
  expect((await bed.checkInvoices.execute(marketCode)).violations).toEqual([]);
});

test('BIL-9: a draft waits for somebody in one list, and is counted once: contested or to be refused, then without a number', async () => {
  await bed.recordChorusPro('m2', '2022-10-01', 'EJ-2022', '');
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  const contested = (await bed.invoices.list({ membershipId: 'm1' }, 1, '')).rows[0]!.id;
  await bed.contestDraft.execute({
    ...{ invoiceId: contested, caller: financeOf('m1'), reason: 'Trois classes ont fermé.' },
    ...{ documentId: '', idempotencyKey: '' },
  });
  const waiting = async () => {
    const { drafts, ...counts } = await bed.draftsToSettle.execute(marketCode, 10);
    const failures = (await parked()).map(({ invoice }) => invoice.membershipId);
    return { listed: drafts.map(({ draft }) => draft.membershipId).sort(), failures, ...counts };
  };
  const nothing = { failures: [], notNumbered: 0 };
  expect(await waiting()).toEqual({ listed: ['m1', 'm2'], total: 2, ...nothing });
  await bed.day('2022-10-29');
  expect(await waiting()).toEqual({
    ...{ listed: ['m1'], failures: ['m2'], total: 2, notNumbered: 1 },
  });
  // The sums of the market take both for drafts, once each.
  const { all } = await bed.viewMarketInvoices.totals(supplier, marketCode);
  expect(all).toMatchObject({ drafts: 2, contested: 1, invoices: 1 });
  await bed.recordChorusPro('m2', '2022-10-29', 'EJ-2022', '21440109300015');
  await bed.retryNumbering.execute(supplier, (await parked())[0]!.invoice.id);
  expect(await waiting()).toEqual({ listed: ['m1'], total: 1, ...nothing });
});

test('BIL-6: a draft that would be refused is made anew as soon as its data are there, before it falls due', async () => {
  await bed.recordChorusPro('m2', '2022-10-01', 'EJ-2022', '');
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  await bed.recordChorusPro('m1', '2022-10-20', 'EJ-NOUVEAU');
  await bed.recordChorusPro('m2', '2022-10-20', 'EJ-2022');
  await bed.day('2022-10-20');
  // m1's could be sent as it was: it keeps its days of contesting, and its address.
  expect(await invoices()).toEqual([
    { membership_id: 'm1', status: 'DRAFT', number: null },
    { membership_id: 'm2', status: 'WITHDRAWN', number: null },
    { membership_id: 'm2', status: 'DRAFT', number: null },
    { membership_id: 'm3', status: 'DRAFT', number: null },
  ]);
  await bed.day('2022-10-30');
  expect(await parked()).toEqual([]);
});

test('BIL-6: a supplier whose VAT number is another’s holds back its invoices until the market is mended', async () => {
  const market = (version: number, vatNumber: string) =>
    create(MarketSchema, {
      ...aMarket({}),
      version,
      supplier: create(SupplierSchema, { ...supplierOfMarket, vatNumber }),
    });
  await bed.publish(market(2, 'FR66999000011'));
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  await bed.day('2022-10-29');
  expect(await parked()).toHaveLength(3);
  await bed.publish(market(3, 'FR68900000001'));
  for (const { invoice } of await parked()) await bed.retryNumbering.execute(supplier, invoice.id);
  await bed.day('2022-11-08');
  expect((await invoices()).filter(({ status }) => status === 'FINALISED')).toHaveLength(3);
});

test('BIL-4: the XML is kept with the paper from the moment of the number, with its digest', async () => {
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  await bed.day('2022-10-29');
  const [row] = await bed.rows<{ n: bigint; xml: Buffer; number: string }>(
    `select number, xml, count(*) over () as n from invoice join invoice_document using (invoice_id)
      where xml_sha256 = encode(sha256(xml), 'hex') order by number`,
  );
  expect(Number(row!.n)).toBe(3);
  expect(row!.xml.toString()).toContain(`<ram:ID>${row!.number}</ram:ID>`);
  expect(row!.xml.toString()).toContain(localDate('2022-10-29').replaceAll('-', ''));
});
