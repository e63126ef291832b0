import { jest } from '@jest/globals';
import pg from 'pg';
import { localDate } from '#libs/time';
import type { InvoiceState } from '../src/invoices/of-market/market-invoices.pg.js';
import { nothingSeen } from '../src/invoices/recount-invoices.js';
import { BillingBed, coordinator, supplier } from './billing-bed.test-support.js';
import { financeOf, supplierOf } from './billing-use-cases.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/**
 * Goal: who follows a market sees each of its invoices in one state, and sums that close on them; who pays has one invoice
 * calculated again (BIL-7). Method: one market in which each state occurs, made by the use cases once.
 */
jest.setTimeout(90_000);

const second = { ...supplier, userId: 'supplier-2' };
const members = ['m1', 'm2', 'm3', 'm4', 'm5'];
let bed: BillingBed;

const idOf = async (where: string) =>
  (await bed.rows<{ invoice_id: string }>(`select invoice_id from invoice where ${where}`))[0]
    ?.invoice_id ?? '';
const firstOf = (membershipId: string) =>
  idOf(
    `membership_id = '${membershipId}' and revision = 0 and kind = 'INVOICE' and period_end = '2022-10-19'`,
  );
const settle = async (membershipId: string, state: 'PAID' | 'REJECTED') =>
  bed.settleInvoice.execute({
    ...{ invoiceId: await firstOf(membershipId), state, settledOn: localDate('2022-10-29') },
    ...{ reason: state === 'PAID' ? '' : 'SIRET erroné.', caller: supplier, idempotencyKey: '' },
  });
async function mend(membershipId: string): Promise<void> {
  await bed.reviewIssued.execute();
  const reason = 'Commande corrigée du 1er septembre.';
  const asked = { invoiceId: await firstOf(membershipId), reason, caller: supplier };
  const { proposalId } = await bed.proposeCorrection.execute({ ...asked, idempotencyKey: '' });
  const { digest } = await bed.proposals.find(proposalId, 'CORRECTION');
  await bed.decideCorrection().execute({
    ...{ proposalId, outcome: 'APPROVED', digest, reason: '', caller: second, idempotencyKey: '' },
  });
}

// 412 accounts of 2,3500 € on 92 of 365 days: 244.04 and 292.85 with VAT. From 1 September 38
// more are 11.74 and 14.09; 38 fewer 11.75 and 14.10, each piece being rounded once.
beforeAll(async () => {
  bed = await BillingBed.open();
  await bed.market();
  for (const member of members) await bed.member(member, member === 'm2' ? 374 : 412);
  await bed.order('m2', '2022-07-19', 38);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  await bed.day('2022-10-29');
  await settle('m1', 'PAID');
  await bed.order('m1', '2022-09-01', 38);
  await mend('m1');
  await settle('m2', 'PAID');
  await bed.order('m2', '2022-09-01', -38);
  await mend('m2');
  await settle('m3', 'REJECTED');
  await mend('m3');
  await settle('m4', 'REJECTED');
  // m1's complement, m3's replacement.
  await bed.day('2022-11-08');
  // 30 days after 29 October: its last day is 28 November.
  await bed.day('2022-11-29');
  await bed.day('2023-01-19');
  await bed.run('2023-01-19');
  const contested = await idOf(`membership_id = 'm5' and status = 'DRAFT'`);
  await bed.contestDraft.execute({
    ...{ invoiceId: contested, caller: financeOf('m5'), reason: 'Trois classes ont fermé.' },
    ...{ documentId: '', idempotencyKey: '' },
  });
  await bed.withdrawDraft.execute({
    ...{ invoiceId: await idOf(`membership_id = 'm4' and status = 'DRAFT'`), caller: supplier },
    ...{ reason: 'À refaire.', idempotencyKey: '' },
  });
}, 120_000);
afterAll(() => bed?.fresh.drop());

const all = { marketCode, membershipId: '', state: '', periodEndsOn: '' };
async function listed(filter: object = {}, limit = 50, caller = supplier): Promise<string[]> {
  const said: string[] = [];
  let cursor = '';
  do {
    const page = await bed.viewMarketInvoices.list(caller, { ...all, ...filter }, limit, cursor);
    said.push(
      ...page.invoices.map(
        ({ organisationName, state, invoice }) =>
          `${invoice.period.end} ${organisationName} ${invoice.kind} ${state} ${invoice.totalCents}`,
      ),
    );
    expect(page.total).toBeGreaterThanOrEqual(said.length);
    cursor = page.nextCursor;
  } while (cursor !== '');
  return said;
}

const firstQuarter = [
  '2022-10-19 Commune m1 COMPLEMENT OVERDUE 1409',
  '2022-10-19 Commune m1 INVOICE PAID 29285',
  '2022-10-19 Commune m2 CREDIT_OF_DIFFERENCE CREDIT 1410',
  '2022-10-19 Commune m2 INVOICE PAID 29285',
  '2022-10-19 Commune m3 CREDIT_NOTE CREDIT 29285',
  '2022-10-19 Commune m3 INVOICE CREDITED 29285',
  '2022-10-19 Commune m3 INVOICE OVERDUE 29285',
  '2022-10-19 Commune m4 INVOICE REJECTED 29285',
  '2022-10-19 Commune m5 INVOICE OVERDUE 29285',
];

test('BIL-9: each invoice of a market stands in one state, the latest period first and by name, whole or a page at a time', async () => {
  const found = await listed();
  expect(found.slice(6).toSorted()).toEqual(firstQuarter);
  expect(found.slice(0, 6).toSorted()).toEqual([
    '2023-01-19 Commune m1 INVOICE DRAFT 31986',
    '2023-01-19 Commune m2 INVOICE DRAFT 26584',
    '2023-01-19 Commune m3 INVOICE DRAFT 29285',
    '2023-01-19 Commune m4 INVOICE DRAFT 29285',
    '2023-01-19 Commune m4 INVOICE WITHDRAWN 29285',
    '2023-01-19 Commune m5 INVOICE CONTESTED 29285',
  ]);
  expect(found.map((one) => one.split(' ')[2])).toEqual(
    ...[['m1', 'm2', 'm3', 'm4', 'm4', 'm5', 'm1', 'm1', 'm2', 'm2', 'm3', 'm3', 'm3', 'm4', 'm5']],
  );
  expect(await listed({}, 2)).toEqual(found);
  const states: InvoiceState[] = [
    ...(['DRAFT', 'CONTESTED', 'WITHDRAWN', 'TO_PAY', 'OVERDUE'] as const),
    ...(['PAID', 'REJECTED', 'CREDITED', 'CREDIT'] as const),
  ];
  const byState = await Promise.all(states.map((state) => listed({ state })));
  expect(byState.flat().toSorted()).toEqual(found.toSorted());
  byState.forEach((some, at) =>
    some.forEach((one) => expect(one.split(' ')).toContain(states[at])),
  );
  expect(await listed({ membershipId: 'm5', periodEndsOn: '2022-10-19' })).toEqual([
    '2022-10-19 Commune m5 INVOICE OVERDUE 29285',
  ]);
  expect(await listed({ membershipId: 'of-nobody' })).toEqual([]);
});

test('SUP-3: of a market that is not the caller’s nothing is listed or summed, and a forged cursor is refused', async () => {
  const other = supplierOf('e-primo-2026');
  const notFound = { kind: 'not-found' };
  await expect(listed({}, 50, other)).rejects.toMatchObject(notFound);
  await expect(bed.viewMarketInvoices.totals(other, marketCode)).rejects.toMatchObject(notFound);
  await expect(
    bed.viewMarketInvoices.list(
      supplier,
      all,
      2,
      Buffer.from('["2022-10-19","x"]').toString('base64url'),
    ),
  ).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
});

test('BIL-9: the totals of a market close: issued is paid, to be paid and rejected, less what is to be given back', async () => {
  const { periods, all: sums, on } = await bed.viewMarketInvoices.totals(coordinator, marketCode);
  expect(on).toBe('2023-01-19');
  const [later, first] = periods;
  expect(later).toMatchObject({
    period: { start: '2022-10-19', end: '2023-01-19' },
    ...{ drafts: 5, contested: 1, draftsCents: 31_986n + 26_584n + 3n * 29_285n },
    ...{ invoices: 0, totalCents: 0n },
  });
  expect(first).toEqual({
    period: { start: '2022-07-19', end: '2022-10-19' },
    ...{ drafts: 0, draftsCents: 0n, contested: 0, invoices: 7, creditNotes: 2 },
    // Five invoices as they were, and m3's second in the place of its first, which was credited.
    ...{ netCents: 5n * 24_404n - 1n, vatCents: 5n * 4_881n, totalCents: 5n * 29_285n - 1n },
    ...{ paidCents: 2n * 29_285n, rejectedCents: 29_285n, toGiveBackCents: 1_410n },
    ...{ toPayCents: 1_409n + 2n * 29_285n, overdueCents: 1_409n + 2n * 29_285n, overdue: 3 },
  });
  expect(periods).toHaveLength(2);
  expect(sums.totalCents).toBe(
    sums.paidCents + sums.toPayCents + sums.rejectedCents - sums.toGiveBackCents,
  );
  expect(sums.drafts).toBe(5);
  const checked = await bed.checkInvoices.execute(marketCode);
  expect(checked).toMatchObject({ totalCents: sums.totalCents, violations: [] });
});

const replay = async (where: string, caller = supplier) =>
  bed.replayInvoice.execute(caller, await idOf(where));

test('BIL-7: who pays has an invoice of any kind calculated again, from what it rests on, in ten sentences at most', async () => {
  const kinds = {
    [`membership_id = 'm5' and number is not null`]: 29_285n,
    [`membership_id = 'm5' and status = 'DRAFT'`]: 29_285n,
    [`kind = 'COMPLEMENT'`]: 1_409n,
    [`kind = 'CREDIT_OF_DIFFERENCE'`]: 1_410n,
    [`kind = 'CREDIT_NOTE'`]: 29_285n,
    [`revision = 1`]: 29_285n,
  };
  for (const [where, totalCents] of Object.entries(kinds)) {
    const { told, replayed, sentences, violations } = await replay(where);
    expect([where, replayed.totalCents, violations]).toEqual([where, totalCents, []]);
    expect(replayed).toEqual(told);
    expect(sentences.length).toBeLessThanOrEqual(10);
    expect(sentences.at(-1)).toBe('Tout concorde, au centime.');
  }
  const own = await replay(`membership_id = 'm5' and number is not null`, financeOf('m5'));
  expect(own.sentences[0]).toMatch(
    /^Facture n° EP22-2022-00000\d du 29 octobre 2022, période .* : 1 ligne, 244,04\s€ HT/,
  );
  await expect(
    replay(`membership_id = 'm5' and number is not null`, financeOf('m4')),
  ).rejects.toMatchObject({ kind: 'not-found' });
});

test('BIL-7: a replay says what was rewritten, of this invoice alone', async () => {
  const where = `membership_id = 'm4' and number is not null`;
  const asOwner = (sql: string) =>
    bed.fresh.asOwner(`set session_replication_role = replica; ${sql}`);
  const line = `invoice_id = (select invoice_id from invoice where ${where})`;
  const number = (await bed.invoices.get(await idOf(where))) as { number?: string };
  const codes = async () => (await replay(where)).violations.map((one) => one.code);
  await asOwner(`update invoice_line set commitment = commitment - 1 where ${line}`);
  const { violations, replayed, sentences } = await replay(where);
  expect(violations).toContainEqual({
    ...{ code: 'RECOUNT_DIFFERS', invoice: { number: number.number } },
  });
  expect(replayed.totalCents).toBe(29_285n);
  expect(sentences.at(-1)).toMatch(/^2 écarts : /);
  await asOwner(`update invoice_line set commitment = commitment + 1 where ${line}`);
  expect(await codes()).toEqual([]);
  await asOwner(`update invoice_document set chain = repeat('1', 64) where ${line}`);
  expect(await codes()).toEqual(['CHAIN_BROKEN']);
  await asOwner(`delete from invoice_document where ${line}`);
  expect(await codes()).toContain('DOCUMENT_DIFFERS');
  // Nobody else's is told of it.
  expect(
    (await replay(`membership_id = 'm1' and kind = 'INVOICE' and number is not null`)).violations,
  ).toEqual([]);
});

test('BIL-8: documents of a difference are checked in as many statements for two as for one', async () => {
  const invoices = await bed.invoices.some([
    await idOf(`kind = 'COMPLEMENT'`),
    await idOf(`kind = 'CREDIT_OF_DIFFERENCE'`),
    await idOf(`kind = 'CREDIT_NOTE'`),
  ]);
  const statementsOf = async (some: typeof invoices) => {
    const asked = jest.spyOn(pg.Client.prototype, 'query');
    const faults = await bed.fresh.unitOfWork.run((tx) =>
      bed.recount.figures(tx, some, nothingSeen()),
    );
    const { length } = asked.mock.calls;
    asked.mockRestore();
    expect(faults).toEqual([]);
    return length;
  };
  expect(invoices).toHaveLength(3);
  const one = await statementsOf(invoices.slice(0, 1));
  // The prices of another version are asked once more.
  expect(await statementsOf(invoices.slice(0, 2))).toBeLessThanOrEqual(one + 1);
});
