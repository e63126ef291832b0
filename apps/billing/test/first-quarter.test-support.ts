import { localDate } from '#libs/time';
import type { Drafts } from '../src/invoices/drafts/drafts.pg.js';
import { BillingBed, supplier } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

export const second = { ...supplier, userId: 'supplier-2' };

export let bed: BillingBed;

/** Two members of 412 accounts; their first quarter is drafted, on 19 October 2022. */
export function draftedForEachTest(): void {
  beforeEach(async () => {
    bed = await BillingBed.open();
    await bed.market();
    for (const member of ['m1', 'm2']) await bed.member(member, 412);
    await bed.day('2022-10-19');
    await bed.run('2022-10-19');
  });
  afterEach(() => bed.fresh.drop());
}

/** The same, and issued ten days later. */
export function invoicedForEachTest(): void {
  draftedForEachTest();
  beforeEach(() => bed.day('2022-10-29'));
}

export const draftOf = async (membershipId: string) =>
  (
    await bed.rows<{ invoice_id: string }>(
      `select invoice_id from invoice where membership_id = '${membershipId}' and status = 'DRAFT'`,
    )
  )[0]?.invoice_id ?? '';
/** What its member was told of its invoices. */
export const told = async (membershipId = 'm1') =>
  (
    await bed.rows<{ type: string }>(
      `select type from platform.outbox where topic = 'billing.invoice.v1' and key = '${membershipId}' order by id`,
    )
  ).map(({ type }) => type.split('.').at(-1));

export const headOf = async (membershipId: string) =>
  (
    await bed.rows<{ invoice_id: string }>(
      `select invoice_id from invoice_review join invoice using (invoice_id) where membership_id = '${membershipId}'`,
    )
  )[0]?.invoice_id ?? '';
export const documents = async (membershipId = 'm1') =>
  (
    await bed.rows<{ said: string }>(
      `select concat_ws(' ', kind, revision, status, net_cents, vat_cents, number) as said from invoice
        where membership_id = '${membershipId}' order by sequence nulls last, drafted_on, status desc, kind`,
    )
  ).map(({ said }) => said);
export const settle = async (state: 'PAID' | 'REJECTED', over: object = {}) =>
  bed.settleInvoice.execute({
    ...{ invoiceId: await headOf('m1'), state, settledOn: localDate('2022-10-29') },
    ...{ reason: state === 'PAID' ? '' : 'SIRET erroné.', caller: supplier, idempotencyKey: '' },
    ...over,
  });
export const toMend = async () => {
  await bed.reviewIssued.execute();
  return (await bed.invoicesToMend.execute(marketCode, 50, '')).found;
};
export const propose = async (over: object = {}) =>
  (
    await bed.proposeCorrection.execute({
      ...{ invoiceId: await headOf('m1'), reason: 'Commande corrigée du 1er septembre.' },
      ...{ caller: supplier, idempotencyKey: '', ...over },
    })
  ).proposalId;
export const decide = async (proposalId: string, over: object = {}, drafts?: Drafts) => {
  const { digest } = await bed.proposals.find(proposalId, 'CORRECTION');
  return bed.decideCorrection(drafts).execute({
    ...{ proposalId, outcome: 'APPROVED', digest, reason: '', caller: second },
    ...{ idempotencyKey: '', ...over },
  });
};
export const code = (asked: Promise<unknown>) =>
  asked.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
export const check = () => bed.checkInvoices.execute(marketCode);

// 412 accounts of 2,3500 € on 92 of 365 days: 244.04; 38 more from 1 September, 48 days: 255.78.
export const correct = () => bed.order('m1', '2022-09-01', 38);
