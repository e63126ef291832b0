import { jest } from '@jest/globals';
import { registry } from '#libs/observability';
import type { Transaction } from '#libs/persistence';
import { localDate } from '#libs/time';
import type { DraftInvoice } from '../src/invoices/domain/invoice.js';
import { Drafts } from '../src/invoices/drafts/drafts.pg.js';
import { supplier } from './billing-bed.test-support.js';
import { financeOf, supplierOf } from './billing-use-cases.test-support.js';
import { marketCode } from './market-facts.test-support.js';
import {
  bed,
  check,
  code,
  correct,
  decide,
  documents,
  headOf,
  invoicedForEachTest,
  propose,
  second,
  settle,
  toMend,
} from './first-quarter.test-support.js';

/**
 * Goal: facts that come after an invoice lead to credit notes and replacements until invoices less credits say what the
 * facts say (BIL-8), by two persons, all of it or nothing. Method: corrections as membership tells them, after the
 * first quarter of two members was invoiced; real PostgreSQL, both persons through the use cases.
 */
jest.setTimeout(90_000);
invoicedForEachTest();

test('BIL-8: a late fact lists what is to mend with its figures, and nothing else', async () => {
  expect(await toMend()).toEqual([]);
  await bed.financeSchool('m2', '0440437L');
  await correct();
  const [one, ...others] = await toMend();
  expect(others).toEqual([]);
  await bed.pendingNumbering.count();
  const { values } = await registry.getSingleMetric('ent_invoices_to_mend')!.get();
  expect(values).toEqual([{ labels: { market: marketCode }, value: 1 }]);
  expect(one?.invoice).toMatchObject({ membershipId: 'm1', number: 'EP22-2022-000001' });
  expect(one?.mending).toMatchObject({
    was: { netCents: 24_404n, vatCents: 4_881n },
    is: { netCents: 25_578n, vatCents: 5_116n },
    documents: [
      { kind: 'CREDIT_NOTE', totalCents: 29_285n },
      { kind: 'INVOICE', revision: 1, totalCents: 30_694n },
    ],
  });
  expect(
    one?.mending?.lines.map((line) => [line.period.start, line.wasCents, line.isCents]),
  ).toEqual([
    ['2022-07-19', 0n, 11_671n],
    ['2022-07-19', 24_404n, 0n],
    ['2022-09-01', 0n, 13_907n],
  ]);
});

test('BIL-8: not paid: a second person has it credited whole and replaced by the next revision, contestable as any draft', async () => {
  await correct();
  await toMend();
  const proposalId = await propose();
  expect(await code(propose())).toBe('CORRECTION_WAITING');
  expect(await code(decide(proposalId, { caller: supplier }))).toBe('PROPOSAL_OWN');
  expect(await code(decide(proposalId, { caller: supplierOf('other') }))).toBe('PROPOSAL_UNKNOWN');
  expect(await code(decide(proposalId, { digest: 'other' }))).toBe('PROPOSAL_CHANGED');
  await decide(proposalId, { idempotencyKey: 'k' });
  await decide(proposalId, { idempotencyKey: 'k' });
  // At once, before anybody has looked at it again.
  expect(await bed.invoicesToMend.execute(marketCode, 50, '')).toMatchObject({ total: 0 });
  expect(await documents()).toEqual([
    'INVOICE 0 FINALISED 24404 4881 EP22-2022-000001',
    'CREDIT_NOTE 0 FINALISED 24404 4881 EP22-2022-000003',
    'INVOICE 1 DRAFT 25578 5116',
  ]);
  // Under way: neither listed nor proposed again, nor drafted by a run.
  expect(await toMend()).toEqual([]);
  expect(await code(propose())).toBe('NOTHING_TO_MEND');
  expect(await bed.run('2022-10-19')).toMatchObject({ drafted: 0, alreadyThere: 2 });
  await bed.day('2022-11-08');
  expect((await documents()).at(-1)).toBe('INVOICE 1 FINALISED 25578 5116 EP22-2022-000004');
  expect(await check()).toMatchObject({
    ...{ invoices: 3, creditNotes: 1, drafts: 0, violations: [] },
    ...{ netCents: 24_404n + 25_578n, totalCents: 29_285n + 30_694n },
  });
  // Nobody owes what was credited whole: it falls due no more, whoever asks.
  const { rows } = await bed.invoices.list({ membershipId: 'm1' }, 10, '');
  expect(
    rows
      .toSorted((a, b) => (a.number < b.number ? -1 : 1))
      .map(({ number, settlement, settledOn, dueOn }) => [number, settlement, settledOn, dueOn]),
  ).toEqual([
    ['EP22-2022-000001', 'CREDITED', '2022-10-29', ''],
    ['EP22-2022-000003', '', '', ''],
    ['EP22-2022-000004', '', '', '2022-12-08'],
  ]);
  const settled = { invoiceId: rows.find(({ settlement }) => settlement === 'CREDITED')?.id ?? '' };
  expect(await code(settle('PAID', settled))).toBe('INVOICE_ALREADY_CORRECTED');
});

test('BIL-8: paid: a complementary invoice of the difference, then a credit note of the difference; both quote the first', async () => {
  await settle('PAID');
  await correct();
  await toMend();
  await decide(await propose());
  expect((await documents()).slice(1)).toEqual(['COMPLEMENT 0 DRAFT 1174 235']);
  await bed.day('2022-11-08');
  // 60 fewer again, from the same day: 412 − 22.
  await bed.order('m1', '2022-09-01', -60);
  await toMend();
  await decide(await propose({ reason: 'Le bon nombre est 390.' }));
  expect(await documents()).toEqual([
    'INVOICE 0 FINALISED 24404 4881 EP22-2022-000001',
    'COMPLEMENT 0 FINALISED 1174 235 EP22-2022-000003',
    'CREDIT_OF_DIFFERENCE 0 FINALISED 1174 235 EP22-2022-000004',
  ]);
  const [{ invoice_id: credit = '' } = {}] = await bed.rows<{ invoice_id: string }>(
    `select invoice_id from invoice where kind = 'CREDIT_OF_DIFFERENCE'`,
  );
  expect(await bed.invoices.get(credit)).toMatchObject({
    corrects: { number: 'EP22-2022-000001', reason: 'Le bon nombre est 390.' },
    seller: { iban: '' },
  });
  expect(await check()).toMatchObject({ netCents: 2n * 24_404n, violations: [] });
});

test('BIL-8: rejected: listed without any fact, credited and replaced with the parties’ data of the day', async () => {
  await bed.recordChorusPro('m1', '2022-10-29', 'EJ-NOUVEAU', '21440109300023');
  expect(await toMend()).toEqual([]);
  await settle('REJECTED');
  expect((await toMend()).map(({ mending }) => mending?.documents.length)).toEqual([2]);
  await decide(await propose({ reason: 'Rejetée : SIRET erroné.' }));
  const drafts = await bed.rows(
    `select buyer ->> 'recipientSiret' as siret from invoice where membership_id = 'm1' order by sequence`,
  );
  expect(drafts.map(({ siret }) => siret)).toEqual([
    ...['21440109300015', '21440109300015', '21440109300023'],
  ]);
  expect(await code(settle('PAID'))).toBe('INVOICE_ALREADY_CORRECTED');
});

test('BIL-8: what is agreed on is what is issued: facts or payment that came between have it proposed anew', async () => {
  await correct();
  await toMend();
  const first = await propose();
  await bed.order('m1', '2022-09-01', 1);
  expect(await code(decide(first))).toBe('CORRECTION_OUTDATED');
  await decide(first, { outcome: 'REJECTED', reason: 'Un fait est arrivé.' });
  const next = await propose();
  await settle('PAID');
  expect(await code(decide(next))).toBe('CORRECTION_OUTDATED');
  await decide(next, { outcome: 'WITHDRAWN', caller: supplier });
  expect(await documents()).toEqual(['INVOICE 0 FINALISED 24404 4881 EP22-2022-000001']);
  expect(await bed.rows('select last_sequence from invoice_series')).toEqual([
    { last_sequence: 2 },
  ]);
});

test('BIL-8: a replacement that is contested and withdrawn is drafted anew in one step; a fact makes a complement fall, and it is listed again', async () => {
  await correct();
  await toMend();
  await decide(await propose());
  expect(await toMend()).toEqual([]);
  const [{ invoice_id: draft = '' } = {}] = await bed.rows<{ invoice_id: string }>(
    `select invoice_id from invoice where status = 'DRAFT'`,
  );
  await bed.withdrawDraft.execute({
    ...{ invoiceId: draft, reason: 'Contestée à raison.', caller: supplier, idempotencyKey: '' },
  });
  expect(await toMend()).toEqual([]);
  expect((await documents()).slice(-2)).toEqual([
    expect.stringMatching(/^INVOICE 1 WITHDRAWN/),
    expect.stringMatching(/^INVOICE 1 DRAFT/),
  ]);
  const caller = financeOf('m1');
  const [{ invoice_id: again = '' } = {}] = await bed.rows<{ invoice_id: string }>(
    `select invoice_id from invoice where status = 'DRAFT'`,
  );
  await bed.acceptDraft.execute({ invoiceId: again, caller, idempotencyKey: '' });
  await bed.day('2022-10-30');
  await settle('PAID', { settledOn: localDate('2022-10-30') });
  await bed.order('m1', '2022-09-01', 10);
  await toMend();
  await decide(await propose());
  await bed.order('m1', '2022-09-01', 10);
  await bed.day('2022-10-31');
  expect((await documents()).slice(-1)).toEqual([expect.stringMatching(/^COMPLEMENT 1 WITHDRAWN/)]);
  expect((await toMend()).map(({ mending }) => mending?.documents.map(({ kind }) => kind))).toEqual(
    [['COMPLEMENT']],
  );
  expect((await check()).violations).toEqual([]);
});

test('BIL-8: twenty at once: one credit note of an invoice, whoever agrees', async () => {
  await correct();
  await toMend();
  const proposalId = await propose();
  const said = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      code(decide(proposalId, { caller: { ...second, userId: `supplier-${n + 2}` } })),
    ),
  );
  expect(said.filter((one) => one === 'done')).toHaveLength(1);
  expect(new Set(said)).toEqual(new Set(['done', 'PROPOSAL_DECIDED']));
  expect(
    await bed.rows(`select count(*)::int as n from invoice where kind = 'CREDIT_NOTE'`),
  ).toEqual([{ n: 1 }]);
  // Two proposals at once are one, too.
  await bed.day('2022-11-08');
  await bed.order('m1', '2022-09-01', 5);
  await toMend();
  const proposed = await Promise.all(Array.from({ length: 8 }, () => code(propose())));
  expect(proposed.filter((one) => one === 'done')).toHaveLength(1);
});

test('BIL-8: killed at any statement of it, a correction is done or not begun, and no number is lost', async () => {
  class Broken extends Drafts {
    constructor(private left: number) {
      super();
    }
    override async insert(tx: Transaction, drafts: readonly DraftInvoice[], runId: string) {
      if ((this.left -= 1) < 0) throw new Error('killed');
      return super.insert(tx, drafts, runId);
    }
  }
  await correct();
  await toMend();
  const proposalId = await propose();
  const before = await documents();
  for (const after of [0, 1]) {
    await expect(decide(proposalId, {}, new Broken(after))).rejects.toThrow('killed');
    expect(await documents()).toEqual(before);
  }
  await decide(proposalId);
  expect(await documents()).toHaveLength(3);
  expect((await check()).violations).toEqual([]);
});

test('BIL-8: whoever writes: no credit beside what two persons approved, none of another amount, invoice or state', async () => {
  await correct();
  const head = await headOf('m1');
  const other = await headOf('m2');
  const refuses = async (sql: string) => {
    await expect(bed.fresh.database.query(sql)).rejects.toMatchObject({
      code: expect.stringMatching(/^23|^42501$/),
    });
  };
  const credit = (changes: object) =>
    `insert into invoice select (jsonb_populate_record(i, jsonb_build_object('invoice_id', gen_random_uuid(), 'status', 'DRAFT',
       'number', null, 'sequence', null, 'series_year', null, 'issued_on', null, 'due_on', null, 'kind', 'CREDIT_NOTE',
       'drafted_on', '2022-10-29', 'contestable_until', '2022-10-29', 'corrects_id', '${head}', 'correction_reason', 'x',
       'proposal_id', gen_random_uuid(), 'seller', jsonb_set(i.seller, '{iban}', '""')) || '${JSON.stringify(changes)}')).*
     from invoice i where invoice_id = '${head}'`;
  for (const changes of [
    { corrects_id: null },
    { proposal_id: null },
    { net_cents: -1, total_cents: 4880 },
    // Of somebody else's invoice, to whom it is not addressed.
    { corrects_id: other },
  ]) {
    await refuses(credit(changes));
  }
  for (const changes of [
    {},
    { kind: 'INVOICE', revision: 1, contestable_until: '2022-11-08' },
    { kind: 'CREDIT_OF_DIFFERENCE' },
  ]) {
    await expect(bed.fresh.database.query(credit(changes))).rejects.toThrow(
      'does not correct what two persons approved',
    );
  }
  const state = (values: string) => `insert into settlement values ('${head}', ${values})`;
  for (const values of [
    `2, 'PAID', '2022-10-29', '2022-10-29', ''`,
    `1, 'PAID', '2022-10-28', '2022-10-29', ''`,
    `1, 'PAID', '2022-10-29', '2022-10-28', ''`,
    `1, 'REJECTED', '2022-10-29', '2022-10-29', ''`,
  ]) {
    await refuses(state(values));
  }
  await bed.fresh.database.query(state(`1, 'PAID', '2022-10-29', '2022-10-29', ''`));
  await refuses(`update settlement set state = 'REJECTED', reason = 'x'`);
  await refuses(`delete from settlement`);
});

test('BIL-8: what became of an invoice is said of issued ones, by the supplier of their market, on a day that was', async () => {
  expect(await code(settle('PAID', { settledOn: localDate('2022-10-28') }))).toBe(
    'SETTLEMENT_DATE_INVALID',
  );
  expect(await code(settle('PAID', { settledOn: localDate('2022-10-30') }))).toBe(
    'SETTLEMENT_DATE_INVALID',
  );
  expect(await code(settle('REJECTED', { reason: ' ' }))).toBe('SETTLEMENT_REASON_MISSING');
  expect(await code(settle('PAID', { caller: supplierOf('other') }))).toBe('NOT_FOUND');
  await settle('REJECTED');
  expect(await code(settle('REJECTED'))).toBe('SETTLEMENT_UNCHANGED');
  await settle('PAID');
  expect(await bed.invoices.get(await headOf('m1'))).toMatchObject({
    settlement: { state: 'PAID', settledOn: '2022-10-29', reason: '' },
  });
});
