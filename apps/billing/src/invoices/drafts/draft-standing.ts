import { isDeepStrictEqual } from 'node:util';
import { defineProblem } from '#libs/problems';
import { addDays, type LocalDate } from '#libs/time';
import { partiesOn } from './compose-draft.js';
import { eInvoiceOf } from '../domain/e-invoice.js';
import { floorShortfalls } from '../domain/floor-shortfall.js';
import { refusalsOf } from '../domain/e-invoice-refusals.js';
import { differencesOf, sameAmounts } from '../domain/correction.js';
import {
  type DraftInvoice,
  type FinalisedInvoice,
  type Invoice,
  isCredit,
  type ItemUsage,
} from '../domain/invoice.js';
import {
  calculateInvoice,
  type InvoiceCalculation,
  sameLines,
  totalsOf,
} from '../domain/invoice-calculation.js';
import { numberOf, seriesOf } from '../domain/invoice-number.js';
import { isCertified } from '../domain/metered-usage.js';
import type { Refusal } from '../domain/refusal.js';
import type { DraftLook } from './draft-reviews.pg.js';
import { type Basis, inputOf } from './pricing-basis.js';
import type { MeteredUsage } from './usage.gateway.js';

/** A fact changed what it says: it is made anew before anything is numbered (BIL-9). */
export class DraftOutdated extends defineProblem('DRAFT_OUTDATED', 'conflict') {
  constructor(invoiceId: string) {
    super(
      'Un fait survenu depuis change ce projet de facture : il est remplacé par un projet à jour dans quelques instants.',
      { invoiceId },
    );
  }
}

/** Late facts that nobody has told of yet change it: metering is asked, and it is made anew (MTR-3, BIL-9). */
export class UsageOvertaken extends DraftOutdated {}

/** No fact that came since explains what it says: whoever wrote it did so past the service, and it gets no number (BIL-4). */
export class DraftDiffers extends defineProblem('DRAFT_DIFFERS', 'conflict') {
  constructor(invoiceId: string) {
    super(
      'Ce projet de facture ne dit pas ce que donnent les commandes, l’engagement, les prix et l’usage certifié de sa période, et aucun fait survenu depuis ne l’explique : il n’est pas numéroté. Retirez-le, un projet établi de nouveau prend sa place, et signalez-le au support de niveau 3.',
      { invoiceId },
    );
  }
}

/** With ORDERED usage decides nothing; a credit note is issued as it is made. */
export const restsOnUsage = ({ basis, kind }: Pick<DraftInvoice, 'basis' | 'kind'>): boolean =>
  basis === 'METERED' && !isCredit(kind);

/** What a draft is judged by as it gets its number. */
export type StandsBeside = {
  readonly ofPeriod: readonly Invoice[];
  readonly look: DraftLook | undefined;
  /** What metering says of its membership and period; undefined where it knows nothing of it, or decides nothing. */
  readonly metered: MeteredUsage | undefined;
};

/**
 * A draft is calculated again from all that it rests on before it gets its number: the database takes what the service writes,
 * so who has its role may write a draft of what nobody ordered, committed to or used. Throws DraftOutdated where a fact that
 * came since explains the difference, DraftDiffers where none does.
 */
export function requireStanding(draft: DraftInvoice, known: Basis, beside: StandsBeside): void {
  const { ofPeriod, look, metered } = beside;
  const { id, evidence, period } = draft;
  if (look?.usageIsOutdated) throw new DraftOutdated(id);
  if (!stillStands(draft, known, ofPeriod)) {
    const isExplained = look && look.membershipVersion < known.member.membershipVersion;
    throw isExplained ? new DraftOutdated(id) : new DraftDiffers(id);
  }
  if (!restsOnUsage(draft)) return;
  if (metered === undefined || !isCertified(evidence, period, metered)) throw new DraftDiffers(id);
  const { certificate: now, usage } = metered;
  // By the certificate of what is counted now, or by an older one with the same lines.
  if (now !== undefined && now.revision === evidence.certificate?.revision) return;
  if (now === undefined || !stillStands(draft, known, ofPeriod, usage))
    throw new UsageOvertaken(id);
}

/**
 * Whether a draft says what would be drafted now, with the usage that it was made from unless told; a complement, whether what was
 * issued for its period and what is owed still differ by it. A credit note is issued as it is made. Throws PriceMissing.
 */
export function stillStands(
  draft: DraftInvoice,
  known: Basis,
  ofPeriod: readonly Invoice[],
  usage: readonly ItemUsage[] = draft.evidence.usage,
): boolean {
  if (isCredit(draft.kind)) return true;
  const calculation = calculationNow(draft, known, usage);
  if (draft.kind === 'INVOICE') return sameLines(calculation.lines, draft.lines);
  const planned = differencesOf(issuedAmong(ofPeriod), calculation);
  return planned.length === 1 && planned[0]!.kind === draft.kind && sameAmounts(planned[0]!, draft);
}

/** What the period of an invoice owes by what is known now. */
export function calculationNow(
  { period, basis, evidence }: Pick<DraftInvoice, 'period' | 'basis' | 'evidence'>,
  known: Omit<Basis, 'accounts'>,
  usage: readonly ItemUsage[],
): InvoiceCalculation {
  const input = inputOf(known, period, basis, usage, evidence.floorScope);
  return input === undefined ? { lines: [], ...totalsOf([]) } : calculateInvoice(input);
}

export const issuedAmong = (ofPeriod: readonly Invoice[]): FinalisedInvoice[] =>
  ofPeriod.filter((one) => one.status === 'FINALISED');

/** Where it bills less than annex 2 commits to by what is known now; what is no calculation of a period has no floor (COM-1). */
export function floorRefusals(invoice: Invoice, known: Basis): Refusal[] {
  const { kind, lines, period, basis, evidence } = invoice;
  if (kind !== 'INVOICE') return [];
  const input = inputOf(known, period, basis, evidence.usage, evidence.floorScope);
  return input === undefined ? [] : floorShortfalls(lines, input);
}

/**
 * What would have it refused where it is sent, were it issued today: said while there is time to mend it. `known`: what it
 * would be priced from now, for the floor.
 */
export function refusalsOfDraft(draft: DraftInvoice, today: LocalDate, known?: Basis): Refusal[] {
  const series = seriesOf(draft.seller.siret, draft.numberPrefix, today);
  const dueOn = addDays(today, draft.paymentTermDays);
  const issued = { ...draft, number: numberOf(series, 1), issuedOn: today, dueOn };
  // What is judged does not depend on the circuit.
  return [...refusalsOf(eInvoiceOf(issued, 'CPRO')), ...(known ? floorRefusals(draft, known) : [])];
}

/** Whether it would be refused as it is addressed, and is addressed otherwise by now: made anew, it may be sent. */
export const isReaddressed = (draft: DraftInvoice, known: Basis, today: LocalDate): boolean => {
  const { seller, buyer } = draft;
  return (
    !isDeepStrictEqual({ seller, buyer }, partiesOn(known, today)) &&
    refusalsOfDraft(draft, today).length > 0
  );
};
