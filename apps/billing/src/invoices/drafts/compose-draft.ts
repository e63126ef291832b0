import { randomUUID } from 'node:crypto';
import { type LocalDate, type Period, addDays } from '#libs/time';
import { buyerOn } from '../../members/members.module.js';
import { accountOn } from '../../supplier-accounts/supplier-accounts.module.js';
import type { DraftInvoice, InvoiceEvidence } from '../domain/invoice.js';
import { calculateInvoice } from '../domain/invoice-calculation.js';
import { paymentTermOf } from '../domain/payment-term.js';
import type { UsageCertificate } from '../domain/metered-usage.js';
import { explainLine } from '../domain/invoice-explanation.js';
import { type Basis, inputOf } from './pricing-basis.js';
import type { CollectedUsage } from './collect-usage.js';

/** A draft of the day with its evidence and explanation; undefined where nothing is to be invoiced. Throws PriceMissing. */
export function composeDraft(
  known: Basis,
  period: Period,
  metered: CollectedUsage,
  today: LocalDate,
): DraftInvoice | undefined {
  const { terms, member } = known;
  const input = inputOf(known, period, terms.basis, metered.usage);
  const calculation = input === undefined ? undefined : calculateInvoice(input);
  if (calculation === undefined || calculation.lines.length === 0) return undefined;
  const parties = partiesOn(known, today);
  return {
    ...calculation,
    lines: calculation.lines.map((line) => ({
      ...line,
      explanation: explainLine(line, member.ledger, member.signed, terms.floorScope),
    })),
    status: 'DRAFT',
    id: randomUUID(),
    membershipId: member.membershipId,
    marketCode: terms.code,
    marketTitle: terms.title,
    numberPrefix: terms.numberPrefix,
    period,
    kind: 'INVOICE',
    revision: 0,
    basis: terms.basis,
    ...parties,
    evidence: evidenceOf(known, metered),
    draftedOn: today,
    contestableUntil: addDays(today, terms.contestDays),
    paymentTermDays: paymentTermOf(parties.buyer.kind, terms.paymentTermDays),
    answers: [],
  };
}

/** What was known when something was priced (BIL-5). */
export const evidenceOf = (
  { terms, member, prices }: Omit<Basis, 'accounts'>,
  metered: CollectedUsage,
): InvoiceEvidence => ({
  membershipVersion: member.membershipVersion,
  ledgerHead: member.ledgerHead,
  ledgerPosition: member.ledger.at(-1)?.ledgerPosition ?? 0,
  floorScope: terms.floorScope,
  priceVersion: prices.version,
  meteringCutOff: metered.cutOff,
  ...(metered.certificate && { certificate: certificateOf(metered.certificate) }),
  lateFacts: metered.lateFacts,
  schools: metered.schools,
  usage: metered.usage,
});

const certificateOf = ({ revision, certifiedOn, sha256 }: UsageCertificate) => ({
  ...{ revision, certifiedOn, sha256 },
});

/** Who invoices whom, and where it is paid, as known for a day. */
export const partiesOn = (
  { terms, member, accounts }: Basis,
  today: LocalDate,
): Pick<DraftInvoice, 'seller' | 'buyer'> => ({
  seller: { ...terms.supplier, iban: accountOn(accounts, today)?.iban ?? '' },
  buyer: buyerOn(member, today),
});
