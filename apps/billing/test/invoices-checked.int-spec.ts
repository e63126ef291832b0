import { jest } from '@jest/globals';
import pg from 'pg';
import { AnchoredDocuments } from '../src/invoices/document/anchored-documents.pg.js';
import { BillingBed, supplier } from './billing-bed.test-support.js';
import { aMarket, bpu, marketCode } from './market-facts.test-support.js';

/**
 * Goal: whatever came behind the back of the triggers is found (BIL-3, BIL-4). Method: drafts are numbered, the owner of the
 * database rewrites what was issued, and the check says what.
 */
// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
});
afterEach(() => bed.fresh.drop());

async function drafts(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await bed.member(`m${String(n).padStart(2, '0')}`, 50);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
}
/** Past every trigger. */
const asOwner = (sql: string) =>
  bed.fresh.asOwner(`set session_replication_role = replica; ${sql}`);
const told = async () => (await bed.checkInvoices.execute(marketCode)).violations;

test('BIL-3, BIL-4: CheckInvoices finds what came behind the back of the triggers', async () => {
  await drafts(2);
  await bed.day('2022-10-29');
  const [first, second] = ['EP22-2022-000001', 'EP22-2022-000002'];
  await asOwner(`
    update invoice set net_cents = net_cents + 100, total_cents = total_cents + 100 where number = '${first}';
    update invoice_line set commitment = commitment - 1
     where invoice_id = (select invoice_id from invoice where number = '${second}');
    update invoice set sequence = 3, issued_on = '2022-10-28' where number = '${second}'`);
  const violations = await told();
  // 50 accounts on 92 of 365 days at 2,3500 €.
  const summed = { netCents: 2962n, vatCents: 592n, totalCents: 3554n };
  const place = (one: (typeof violations)[number]) =>
    `${one.code} ${'number' in one ? one.number : ''}`;
  expect([...violations].sort((a, b) => (place(a) < place(b) ? -1 : 1))).toEqual([
    {
      code: 'ISSUED_BEFORE_PREVIOUS',
      number: second,
      issuedOn: '2022-10-28',
      previousNumber: first,
      previousIssuedOn: '2022-10-29',
    },
    {
      code: 'LINES_DO_NOT_ADD_UP',
      invoice: { number: first },
      summed,
      told: { ...summed, netCents: 3062n, totalCents: 3654n },
    },
    { code: 'NUMBER_MISSING', number: second, sequence: 3, position: 2 },
    { code: 'PAPER_DIFFERS', number: first },
    { code: 'PAPER_DIFFERS', number: second },
    { code: 'RECOUNT_DIFFERS', invoice: { number: second } },
    { code: 'XML_DIFFERS', number: first },
    { code: 'XML_DIFFERS', number: second },
  ]);
});

test('BIL-3: a total of one rate that its lines do not make is found, though those of the invoice are right', async () => {
  await drafts(1);
  await bed.day('2022-10-29');
  // What the supplier's books take over.
  await asOwner(`
    insert into invoice_vat_total (invoice_id, vat_basis_points, net_cents, vat_cents)
      select invoice_id, 550, 5, 1 from invoice_vat_total;
    update invoice_vat_total set net_cents = net_cents - 5, vat_cents = vat_cents - 1 where vat_basis_points = 2000`);
  const summed = { netCents: 2962n, vatCents: 592n, totalCents: 3554n };
  expect(await told()).toContainEqual({
    ...{ code: 'LINES_DO_NOT_ADD_UP', invoice: { number: 'EP22-2022-000001' } },
    ...{ summed, told: summed },
  });
});

test('BIL-4: two markets of a supplier share a series: neither is taken for one with gaps, and a gap of it is found', async () => {
  await drafts(3);
  await bed.day('2022-10-29');
  const other = 'e-primo-2026';
  await bed.publish({ ...aMarket({}), code: other });
  await bed.import(bpu, '', other);
  await asOwner(`update invoice set market_code = '${other}' where sequence = 2`);
  expect(await told()).toEqual([]);
  const ofSeries = async (code: string) =>
    (await bed.checkInvoices.execute(code)).violations.filter(
      (one) => one.code === 'NUMBER_MISSING' || one.code === 'CHAIN_BROKEN',
    );
  expect(await ofSeries(other)).toEqual([]);
  await asOwner(`
    delete from invoice_document where invoice_id = (select invoice_id from invoice where sequence = 2);
    delete from invoice_vat_total where invoice_id = (select invoice_id from invoice where sequence = 2);
    delete from invoice_line where invoice_id = (select invoice_id from invoice where sequence = 2);
    delete from invoice where sequence = 2`);
  const number = 'EP22-2022-000003';
  expect(await ofSeries(marketCode)).toEqual([
    { code: 'NUMBER_MISSING', number, sequence: 3, position: 2 },
    { code: 'CHAIN_BROKEN', number },
  ]);
});

test('BIL-4: papers are chained in their series: one exchanged, taken out or rewritten with all after it is found', async () => {
  await drafts(3);
  await bed.day('2022-10-29');
  const anchored = new AnchoredDocuments(bed.fresh.database);
  const before = await anchored.heads();
  expect(before).toMatchObject([{ subject: 'invoices/90000000100017-EP22-2022', position: 3 }]);
  expect(await anchored.hashesAt(before)).toEqual([before[0]!.hash]);
  await bed.anchoring.anchor();
  expect(await told()).toEqual([]);
  const second = `(select invoice_id from invoice where sequence = 2)`;
  // Another paper with a digest of its own, which by itself is right.
  await asOwner(
    `update invoice_document set content = 'x', sha256 = encode(sha256('x'), 'hex') where invoice_id = ${second}`,
  );
  expect(await told()).toEqual([
    { code: 'PAPER_DIFFERS', number: 'EP22-2022-000002' },
    { code: 'CHAIN_BROKEN', number: 'EP22-2022-000002' },
  ]);
  const rewritten = (what: string) => ({
    code: 'NOT_AS_ANCHORED',
    found: expect.stringMatching(
      `^La chaîne « invoices/90000000100017-EP22-2022 » ${what}`,
    ) as unknown,
  });
  // With its link and all after it made anew, the database agrees with itself, and not with what was anchored.
  await asOwner(`do $$ declare b text := repeat('0', 64); r record; begin
    for r in select * from invoice i join invoice_document d using (invoice_id) order by sequence loop
      b := chain_of(b, r.number, r.sha256, r.xml_sha256);
      update invoice_document set chain = b where invoice_id = r.invoice_id;
    end loop; end $$`);
  expect(await told()).toEqual([
    { code: 'PAPER_DIFFERS', number: 'EP22-2022-000002' },
    rewritten('a été réécrite'),
  ]);
  await asOwner(`delete from invoice_document where invoice_id = ${second}`);
  expect(await told()).toEqual([
    { code: 'DOCUMENT_DIFFERS', number: 'EP22-2022-000002' },
    { code: 'CHAIN_BROKEN', number: 'EP22-2022-000003' },
    rewritten('a été réécrite'),
  ]);
  // Cut off at its end, with its counter: nothing in the database contradicts it, another market's check is not concerned.
  await asOwner(`
    delete from invoice_document; delete from invoice_vat_total; delete from invoice_line; delete from invoice;
    delete from invoice_series`);
  expect(await told()).toEqual([rewritten('s’arrête avant son n° 3')]);
  expect((await bed.checkInvoices.execute('e-primo-2026')).violations).toEqual([]);
});

test('BIL-4, BIL-6: XML or a PDF that says other than the books is found, however well chained', async () => {
  await drafts(2);
  await bed.day('2022-10-29');
  expect(await told()).toEqual([]);
  const [number, other] = ['EP22-2022-000001', 'EP22-2022-000002'];
  const of = (one: string) =>
    `invoice_id = (select invoice_id from invoice where number = '${one}')`;
  const put = (column: 'content' | 'xml', value: string) => {
    const digest = column === 'xml' ? 'xml_sha256' : 'sha256';
    const changed = `update invoice_document set (${column}, ${digest}) = (
        select v, encode(sha256(v), 'hex') from (select ${value}) as new (v)) where ${of(number)}`;
    return asOwner(`${changed}; do $$ declare b text := repeat('0', 64); r record; begin
      for r in select * from invoice i join invoice_document d using (invoice_id) order by sequence loop
        b := chain_of(b, r.number, r.sha256, r.xml_sha256);
        update invoice_document set chain = b where invoice_id = r.invoice_id;
      end loop; end $$`);
  };
  const rewritten = (said: string, says: string) =>
    put('xml', `convert_to(replace(convert_from(xml, 'UTF8'), '${said}', '${says}'), 'UTF8')`);
  for (const [said, says] of [
    ['<ram:GrandTotalAmount>35.54', '<ram:GrandTotalAmount>35.53'],
    [`${number}</ram:ID>`, 'EP22-2022-000009</ram:ID>'],
    ['>20221029<', '>20221030<'],
    ['<ram:LineTotalAmount>29.62', '<ram:LineTotalAmount>29.63'],
    ['<ram:TaxTotalAmount currencyID="EUR">5.92', '<ram:TaxTotalAmount currencyID="EUR">5.91'],
    // Sent to another recipient.
    ['>21440109300015<', '>21440109300023<'],
  ] as const) {
    await rewritten(said, says);
    expect(await told()).toEqual([
      { code: 'XML_DIFFERS', number },
      // The one in its PDF is the first.
      { code: 'PAPER_DIFFERS', number },
    ]);
    await rewritten(says, said);
    expect(await told()).toEqual([]);
  }
  const recipient = (siret: string) =>
    asOwner(
      `update invoice set buyer = jsonb_set(buyer, '{recipientSiret}', '"${siret}"') where number = '${number}'`,
    );
  await recipient('21440109300023');
  expect(await told()).toContainEqual({ code: 'XML_DIFFERS', number });
  await recipient('21440109300015');
  await put('content', `content from invoice_document where ${of(other)}`);
  expect(await told()).toEqual([{ code: 'PAPER_DIFFERS', number }]);
});

test('BIL-2: an invoice whose account is not the one approved on the day of its draft is named', async () => {
  const [iban, forged] = ['FR7630006000011234567890189', 'FR7630001007941234567890185'];
  await drafts(1);
  await bed.approve((await bed.proposePaying(iban, '2022-10-19')).proposalId);
  await bed.member('later', 50);
  await bed.run('2022-10-19');
  await bed.day('2022-10-29');
  // Both were drafted on the day of the approval: one before it, without an account.
  expect(await told()).toEqual([]);
  const accountOf = (number: string, account: string) =>
    asOwner(
      `update invoice set seller = jsonb_set(seller, '{iban}', '"${account}"') where number = '${number}'`,
    );
  const [without, paid] = ['EP22-2022-000001', 'EP22-2022-000002'];
  await accountOf(paid, forged);
  const differs = (number: string, borne: string, approved: string) => ({
    ...{ code: 'ACCOUNT_DIFFERS', invoice: { number }, draftedOn: '2022-10-19', borne, approved },
  });
  expect(await told()).toContainEqual(differs(paid, forged, iban));
  await accountOf(without, forged);
  expect(await told()).toContainEqual(differs(without, forged, iban));
  await accountOf(without, '');
  await accountOf(paid, '');
  // Before the approval, that was the account of this day.
  expect((await told()).filter(({ code }) => code === 'ACCOUNT_DIFFERS')).toEqual([]);
  // An account exchanged where drafts take it from is not the approved one either.
  await accountOf(paid, forged);
  await asOwner(`update supplier_account set iban = '${forged}'`);
  expect(await told()).toContainEqual(differs(paid, forged, iban));
  const { violations } = await bed.replayInvoice.execute(
    supplier,
    (
      await bed.rows<{ id: string }>(
        `select invoice_id::text as id from invoice where number = '${paid}'`,
      )
    )[0]!.id,
  );
  expect(violations).toContainEqual(differs(paid, forged, iban));
});

test('BIL-3, BIL-4: many invoices are checked a page at a time, in as many statements for two hundred as for one', async () => {
  const statementsOf = async (members: number) => {
    const asked = jest.spyOn(pg.Client.prototype, 'query');
    const { invoices, violations } = await bed.checkInvoices.execute(marketCode);
    const { length } = asked.mock.calls;
    asked.mockRestore();
    expect([invoices, violations]).toEqual([members, []]);
    return length;
  };
  await drafts(3);
  await bed.day('2022-10-29');
  const few = await statementsOf(3);
  for (let n = 3; n < 30; n += 1) await bed.member(`m${String(n).padStart(2, '0')}`, 50);
  await bed.run('2022-10-19');
  await bed.day('2022-11-08');
  // The terms of the market and the prices of a version are asked once for all.
  expect(await statementsOf(30)).toBe(few);
});

test('BIL-4: CheckInvoices finds a counter that is not the number of invoices', async () => {
  await drafts(2);
  await bed.day('2022-10-29');
  const moved = 'update invoice_series set last_sequence = 5';
  for (const writes of [bed.rows(moved), bed.fresh.asOwner(moved)])
    await expect(writes).rejects.toMatchObject({ code: '23000' });
  await asOwner(moved);
  expect(await told()).toEqual([
    { code: 'SERIES_COUNT_DIFFERS', series: 'EP22-2022', invoices: 2, lastSequence: 5 },
  ]);
});
