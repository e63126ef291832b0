import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import { BillingBed, coordinator } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

const issueDay = localDate('2022-10-29');
// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
});
afterEach(() => bed.fresh.drop());

async function drafts(count: number): Promise<string[]> {
  for (let n = 0; n < count; n += 1) await bed.member(`m${String(n).padStart(2, '0')}`, 50);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  return (await bed.rows<{ invoice_id: string }>('select invoice_id from invoice')).map(
    (row) => row.invoice_id,
  );
}
/** The day of the service, without the numbering that a day brings. */
const standOn = (day: string) =>
  bed.fresh.database.query(
    'select platform.begin_day(greatest(day, $1::date)) from platform.business_day',
    [day],
  );
const finalise = async (invoiceId: string, day = issueDay) => {
  await standOn(day);
  return bed.fresh.unitOfWork.run((tx) => bed.finaliseInvoices.one(tx, invoiceId, day));
};
/** Class 23: an integrity rule says no, whoever writes. 42501: the service's role may not even try. */
const refusesAlways = async (sql: string) => {
  await expect(bed.fresh.database.query(sql)).rejects.toMatchObject({
    code: expect.stringMatching(/^23|^42501$/),
  });
  await expect(bed.fresh.asOwner(sql)).rejects.toMatchObject({
    code: expect.stringMatching(/^23/),
  });
};
const numbers = async () =>
  (
    await bed.rows<{ number: string }>(
      'select number from invoice where number is not null order by number',
    )
  ).map((row) => row.number);

test('BIL-9: drafts that are due get their numbers once the day has begun, at the date of the service', async () => {
  await drafts(2);
  await bed.day('2022-10-28');
  expect(await numbers()).toEqual([]);
  await bed.day('2022-12-01');
  expect(await bed.rows('select number, issued_on, due_on from invoice order by number')).toEqual([
    { number: 'EP22-2022-000001', issued_on: '2022-12-01', due_on: '2022-12-31' },
    { number: 'EP22-2022-000002', issued_on: '2022-12-01', due_on: '2022-12-31' },
  ]);
});

test('BIL-4: each block that is numbered is one entry of the journal, with its numbers', async () => {
  await drafts(20);
  await bed.day('2022-10-29');
  const entries = await bed.rows<{ actor: string; subject: string; numbers: string[] }>(
    `select actor, subject, details -> 'numbers' as numbers from platform.audit_entry
      where action = 'invoice.numbered' order by id`,
  );
  expect(entries.map(({ actor, subject }) => [actor, subject])).toEqual([
    ['calendar', `market:${marketCode}`],
    ['calendar', `market:${marketCode}`],
  ]);
  expect(entries.flatMap((one) => one.numbers)).toEqual(await numbers());
});

test('BIL-4: thirty at once, every third rolled back: numbers without gap', async () => {
  const ids = await drafts(30);
  await standOn(issueDay);
  const attempts = ids.map((id, index) =>
    bed.fresh.unitOfWork.run(async (tx) => {
      await bed.finaliseInvoices.one(tx, id, issueDay);
      if (index % 3 === 0) throw new Error('killed before commit');
    }),
  );
  const results = await Promise.allSettled(attempts);
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(20);
  expect(await numbers()).toEqual(
    Array.from({ length: 20 }, (_, n) => `EP22-2022-${String(n + 1).padStart(6, '0')}`),
  );
  await bed.day('2022-10-29');
  expect(await numbers()).toHaveLength(30);
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({
    invoices: 30,
    violations: [],
  });
});

test('BIL-4: the same draft finalised twice at once gets one number', async () => {
  const [id] = await drafts(1);
  const results = await Promise.allSettled([
    finalise(id ?? ''),
    finalise(id ?? ''),
    finalise(id ?? ''),
  ]);
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  expect(
    results
      .filter((result) => result.status === 'rejected')
      .map((result) => (result.reason as { code: string }).code),
  ).toEqual(['INVOICE_ALREADY_FINALISED', 'INVOICE_ALREADY_FINALISED']);
  expect(await bed.rows('select last_sequence from invoice_series')).toEqual([
    { last_sequence: 1 },
  ]);
});

test('BIL-4: each year of issue has its own sequence', async () => {
  await bed.member('m1', 10);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  await bed.day('2022-10-29');
  await bed.day('2023-01-19');
  await bed.run('2023-01-19');
  await bed.day('2023-02-01');
  expect(await numbers()).toEqual(['EP22-2022-000001', 'EP22-2023-000001']);
});

test('BIL-4: the issue date never goes back within a sequence', async () => {
  const [first, second] = await drafts(2);
  await finalise(first ?? '', localDate('2022-11-05'));
  await expect(finalise(second ?? '', issueDay)).rejects.toMatchObject({
    code: 'ISSUE_DATE_GOES_BACK',
  });
  expect((await finalise(second ?? '', localDate('2022-11-05'))).number).toBe('EP22-2022-000002');
});

test('BIL-9: a draft still contestable gets no number', async () => {
  const [id] = await drafts(1);
  await expect(finalise(id ?? '', localDate('2022-10-28'))).rejects.toMatchObject({
    code: 'INVOICE_STILL_CONTESTABLE',
  });
  expect(await bed.rows('select * from invoice_series')).toEqual([]);
});

test('BIL-4: the database refuses any change of a finalised invoice', async () => {
  const [id] = await drafts(2);
  await finalise(id ?? '');
  const where = `where invoice_id = '${id}'`;
  for (const sql of [
    `update invoice set net_cents = net_cents + 1, total_cents = total_cents + 1 ${where}`,
    `update invoice set status = 'DRAFT', number = null, sequence = null, series_year = null, issued_on = null, due_on = null ${where}`,
    `update invoice set due_on = due_on + 30 ${where}`,
    `update invoice set buyer = '{}' ${where}`,
    `delete from invoice ${where}`,
    `truncate invoice cascade`,
    `update invoice_line set net_cents = 0 ${where}`,
    `delete from invoice_line ${where}`,
    `delete from invoice_vat_total ${where}`,
    `insert into invoice_line select invoice_id, 99, item_code, label, kind, period_start, period_end, days_in_contract_year,
       quantity, commitment, account_days, unit_price_ten_thousandths, vat_basis_points, net_cents, explanation
     from invoice_line ${where}`,
  ]) {
    await refusesAlways(sql);
  }
});

test('BIL-3, BIL-5: the database refuses drafts that do not add up, gaps and second invoices', async () => {
  const [id] = await drafts(1);
  const where = `where invoice_id = '${id}'`;
  const finalised = (sequence: number) =>
    `update invoice set status = 'FINALISED', number = 'EP22-2022-00000${sequence}', sequence = ${sequence}, series_year = 2022,
       issued_on = '2022-10-29', due_on = '2022-11-28' ${where}`;
  const another = (changes: string) =>
    `insert into invoice select (jsonb_populate_record(i, jsonb_build_object('invoice_id', gen_random_uuid()) || '${changes}')).*
     from invoice i ${where}`;
  for (const sql of [
    `update invoice set net_cents = net_cents + 1, total_cents = total_cents + 1 ${where}`,
    finalised(2),
    another('{}'),
    another('{"period_start": "2022-07-20"}'),
    another('{"revision": 1}'),
    another('{"revision": 1, "status": "FINALISED"}'),
  ]) {
    await refusesAlways(sql);
  }
  await standOn('2022-10-29');
  // The counter is not where its invoices are.
  await refusesAlways(
    `insert into invoice_series values ('13002526500013', 'EP22', 2022, 7, '2022-10-29')`,
  );
  for (const [said, instead] of [
    ["number = 'EP22-2022-000001'", "number = 'FA-2022-000001'"],
    ["issued_on = '2022-10-29'", "issued_on = '2022-10-30'"],
    ['series_year = 2022', 'series_year = 2099'],
    ["due_on = '2022-11-28'", "due_on = '2022-10-29'"],
    ["'2022-10-29', due_on = '2022-11-28'", "'2099-01-01', due_on = '2099-01-31'"],
  ] as const) {
    expect(finalised(1)).toContain(said);
    await refusesAlways(finalised(1).replace(said, instead));
  }
  const counted = `insert into invoice_series select supplier_siret, number_prefix, 2022, 1, '2022-10-29' from invoice ${where}`;
  const paper = (content: string, xml = 'xml') =>
    `insert into invoice_document values ('${id}', 'application/pdf', encode(sha256('paper'), 'hex'), '${content}',
       encode(sha256('xml'), 'hex'), '${xml}')`;
  // Of its form and rank, but beside the counter, which would give the number a second time; without its paper, with
  // another than its digest's, or a paper of what is not issued.
  await refusesAlways(`${finalised(1)}; ${paper('paper')}`);
  await refusesAlways(`${finalised(1)}; ${counted}`);
  await refusesAlways(`${finalised(1)}; ${counted}; ${paper('other')}`);
  await refusesAlways(`${finalised(1)}; ${counted}; ${paper('paper', 'other')}`);
  await refusesAlways(paper('paper'));
  await bed.fresh.database.query(`${finalised(1)}; ${counted}; ${paper('paper')}`);
  await refusesAlways(`update invoice_document set content = 'other'`);
  await refusesAlways(`delete from invoice_document`);
});

test('BIL-4, BIL-7: whoever writes, what an invoice was priced from stays: bounds by version, and no copy goes back', async () => {
  await drafts(1);
  await bed.end('m00', '2023-01-01');
  const [{ version = 0 } = {}] = await bed.rows<{ version: number }>(
    `select membership_version::int as version from membership`,
  );
  const bound = (at: number, end: string) =>
    `insert into membership_bound values ('m00', ${at}, '2022-07-19', '${end}')`;
  for (const sql of [
    `update membership_bound set ends_on = '2022-08-01'`,
    `delete from membership_bound`,
    `truncate membership_bound`,
    // Of versions that were never told, and of one before, where an invoice was priced.
    bound(version + 1, '2022-08-01'),
    bound(999_999, '2022-08-01'),
    bound(version - 1, '2022-08-01'),
    `insert into commitment values ('m00', ${version - 1}, 'ELEVE', 1)`,
    `insert into commitment values ('m00', ${version + 1}, 'ELEVE', 1)`,
    `insert into chorus_pro values ('m00', ${version + 1}, '2022-07-19', '{}')`,
    `insert into ledger_line values ('m00', 1, 1, 'o', 'BC', 'ELEVE', '2022-07-19', -50, '2022-07-19')`,
    `insert into ledger_line values ('m00', ${version - 1}, 9, 'o', 'BC', 'ELEVE', '2022-07-19', -50, '2022-07-19')`,
    `update membership set membership_version = 1`,
    `update market set version = 0`,
    `update market set terms = jsonb_set(terms, '{numberPrefix}', '"FA"')`,
    `update market set terms = jsonb_set(terms, '{contestDays}', '0')`,
  ]) {
    await refusesAlways(sql);
  }
});

test('BIL-4, BIL-9: whoever writes, a draft is of today, in the series of its market, and contestable for its days', async () => {
  const [id] = await drafts(1);
  await bed.fresh.asOwner(
    `set session_replication_role = replica; update invoice set period_start = '2020-01-01', period_end = '2020-02-01'`,
  );
  const another = (changes: string) =>
    `insert into invoice select (jsonb_populate_record(i, jsonb_build_object(
       'invoice_id', gen_random_uuid(), 'period_start', '2022-07-19', 'period_end', '2022-10-19') || '${changes}')).*
       from invoice i where invoice_id = '${id}'`;
  for (const changes of [
    '{"drafted_on": "2022-10-01", "contestable_until": "2022-10-11"}',
    '{"contestable_until": "2022-10-19"}',
    '{"number_prefix": "FA"}',
    '{"supplier_siret": "00000000000000"}',
  ]) {
    await expect(bed.fresh.database.query(another(changes))).rejects.toThrow('A draft bears');
  }
});

test('ORD-7: the copies of the ledger, of C and of prices are append-only', async () => {
  await drafts(1);
  const { proposalId } = await bed.proposePaying('FR7630006000011234567890189', '2023-01-01');
  await bed.approve(proposalId);
  for (const table of ['ledger_line', 'commitment', 'price', 'supplier_account']) {
    await refusesAlways(`delete from ${table}`);
    await refusesAlways(`truncate ${table} cascade`);
  }
  await refusesAlways(`update ledger_line set delta = 1`);
  await refusesAlways(`update price set unit_price_ten_thousandths = 1`);
});

test('BIL-4: the paper is stored once, as it was issued, and its digest is told and checked', async () => {
  const [id = ''] = await drafts(1);
  expect(await bed.documents.digestOf(id)).toBe('');
  const { content: drawn } = await bed.view.pdf(coordinator, id);
  expect(drawn.subarray(0, 5).toString()).toBe('%PDF-');
  await bed.day('2022-10-29');
  const { fileName, content } = await bed.view.pdf(coordinator, id);
  expect(fileName).toBe('facture-EP22-2022-000001.pdf');
  expect(await bed.documents.digestOf(id)).toBe(createHash('sha256').update(content).digest('hex'));
  // A later release that would draw something else: nobody asks it.
  await bed.fresh.asOwner(
    `set session_replication_role = replica; update invoice set buyer = jsonb_set(buyer, '{name}', '"Autre"')`,
  );
  expect((await bed.view.pdf(coordinator, id)).content.equals(content)).toBe(true);
  await bed.fresh.asOwner(`set session_replication_role = replica; delete from invoice_document`);
  expect((await bed.checkInvoices.execute(marketCode)).violations).toEqual([
    { code: 'DOCUMENT_DIFFERS', number: 'EP22-2022-000001' },
  ]);
});
