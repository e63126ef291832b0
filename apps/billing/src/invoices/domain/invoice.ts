import { defineProblem, type DomainError } from '#libs/problems';
import { type LocalDate, type Period, type Step, addDays, frenchDate } from '#libs/time';
import type {
  BillingBasis,
  FloorScope,
  InvoiceLine,
  InvoiceTotals,
} from './invoice-calculation.js';
import { type InvoiceSeries, numberOf } from './invoice-number.js';
import type { LineExplanation } from './invoice-explanation.js';

/** The supplier as printed: a snapshot, since a finalised invoice never changes (BIL-4). */
export type Seller = {
  readonly name: string;
  readonly siret: string;
  readonly vatNumber: string;
  readonly address: string;
  readonly iban: string;
  readonly legalMentions: string;
};

/** The member as printed, with its Chorus Pro data; what is unknown is an empty string (ADH-1). */
export type Buyer = {
  readonly organisationId: string;
  readonly name: string;
  readonly siren: string;
  readonly recipientSiret: string;
  readonly address: string;
  readonly serviceCode: string;
  /** The « numéro d'engagement » of Chorus Pro: not a commitment. */
  readonly purchaseOrderNumber: string;
  readonly marketNumber: string;
  /** As membership names it ('COMMUNE', 'STATE'…); absent from what was drafted before it was told. */
  readonly kind?: string;
  /** INSEE code: it decides the rates of VAT (BIL-2); absent as the kind is. */
  readonly department?: string;
};

/** Accounts counted by school, never a name (BIL-6, SUP-3). */
export type SchoolCount = {
  readonly uai: string;
  /** As the directory named it when the invoice was drafted; absent where it did not. */
  readonly name?: string;
  readonly accountDays: number;
  readonly openAtEnd: number;
};

/** What was known when the invoice was priced (BIL-5). */
export type InvoiceEvidence = {
  readonly membershipVersion: number;
  readonly ledgerHead: string;
  /** Position in the ledger of orders up to which orders were counted. */
  readonly ledgerPosition: number;
  /** What C was a floor of (BIL-1b). */
  readonly floorScope: FloorScope;
  /** Highest version of the prices that were in force. */
  readonly priceVersion: number;
  /** Empty where metering was not asked or had not closed the period. */
  readonly meteringCutOff: string;
  /** By which metering closed the period; absent with basis ORDERED. */
  readonly certificate?: {
    readonly revision: number;
    readonly certifiedOn: LocalDate;
    readonly sha256: string;
  };
  /** How often late facts had been told of the membership by then. */
  readonly lateFacts: number;
  readonly schools: readonly SchoolCount[];
  /** U as metering stated it, per item, as changes; empty with basis ORDERED. */
  readonly usage: readonly ItemUsage[];
};

export type ItemUsage = {
  readonly itemCode: string;
  /** In force from a day on, until the next entry. */
  readonly openAccounts: readonly Step[];
};

/** What is said of a draft: the member accepts or contests it, the supplier maintains what was contested (BIL-9). */
export type DraftAnswer = {
  readonly answer: 'ACCEPTED' | 'CONTESTED' | 'MAINTAINED';
  readonly answeredOn: LocalDate;
  /** A French sentence for the other side; empty where it is accepted. */
  readonly reason: string;
  /** What the member lays beside its contest, in its own file. */
  readonly paper?: { readonly documentId: string; readonly sha256: string };
};

/**
 * INVOICE is the calculation of a period, COMPLEMENT what more is owed than a paid one said (both 380); CREDIT_NOTE takes
 * back one of these whole, CREDIT_OF_DIFFERENCE what a paid one said too much (both 381, amounts positive): BIL-8.
 */
export type InvoiceKind = 'INVOICE' | 'COMPLEMENT' | 'CREDIT_NOTE' | 'CREDIT_OF_DIFFERENCE';

/** Whose amounts are given back. */
export const creditKinds: readonly InvoiceKind[] = ['CREDIT_NOTE', 'CREDIT_OF_DIFFERENCE'];

export const isCredit = (kind: InvoiceKind): boolean => creditKinds.includes(kind);

/** Its lines are what two calculations differ by, not a calculation; so are those of what takes a complement back. */
export const isDifference = ({ lines }: { readonly lines: readonly InvoiceLine[] }): boolean =>
  lines.some(({ kind }) => kind === 'DIFFERENCE');

/** The invoice that a document credits, completes or replaces, and why. */
export type Correcting = {
  readonly invoiceId: string;
  readonly number: string;
  readonly issuedOn: LocalDate;
  /** A French sentence, printed. */
  readonly reason: string;
  /** What two persons of the supplier's agreed on. */
  readonly proposalId: string;
};

/** What became of an issued invoice, as the supplier's accounts say: BIL-8 asks whether it is paid. */
export type Settlement = {
  readonly state: 'PAID' | 'REJECTED';
  readonly settledOn: LocalDate;
  /** Why it was rejected, in French; empty where it is paid. */
  readonly reason: string;
};

/** The credit note that took an invoice back whole (BIL-8). */
export type CreditedBy = { readonly number: string; readonly issuedOn: LocalDate };

export type ExplainedLine = InvoiceLine & { readonly explanation: LineExplanation };

export type InvoiceContent = InvoiceTotals & {
  readonly id: string;
  readonly membershipId: string;
  readonly marketCode: string;
  readonly marketTitle: string;
  readonly numberPrefix: string;
  readonly period: Period;
  readonly kind: InvoiceKind;
  /** Absent from the first invoice of a period. */
  readonly corrects?: Correcting;
  /** 0 for the first invoice of a period; a replacement counts upwards (BIL-8). */
  readonly revision: number;
  readonly basis: BillingBasis;
  readonly seller: Seller;
  readonly buyer: Buyer;
  readonly lines: readonly ExplainedLine[];
  readonly evidence: InvoiceEvidence;
  readonly draftedOn: LocalDate;
  /** First day on which it may be finalised (BIL-9). */
  readonly contestableUntil: LocalDate;
  readonly paymentTermDays: number;
  /** What was said of the draft, first to last; the last counts (BIL-9). */
  readonly answers: readonly DraftAnswer[];
};

/** The état de service fait, without number (BIL-9). */
export type DraftInvoice = InvoiceContent & { readonly status: 'DRAFT' };

export type FinalisedInvoice = InvoiceContent & {
  readonly status: 'FINALISED';
  readonly number: string;
  readonly sequence: number;
  readonly issuedOn: LocalDate;
  /** Reckoned from the issue; the legal delay runs from the mise à disposition (BIL-6). */
  readonly dueOn: LocalDate;
  /** The last that was recorded; absent: neither paid nor rejected, as far as known. */
  readonly settlement?: Settlement;
  /** Nobody owes it any more. */
  readonly creditedBy?: CreditedBy;
};

/** A draft that is not issued; another of its period and revision may take its place (BIL-9). */
export type WithdrawnInvoice = InvoiceContent & {
  readonly status: 'WITHDRAWN';
  readonly withdrawnOn: LocalDate;
  /** A French sentence, as the member reads it. */
  readonly withdrawalReason: string;
  /** What was drafted in its place; absent: nothing. */
  readonly replacedBy?: string;
};

export type Invoice = DraftInvoice | FinalisedInvoice | WithdrawnInvoice;

export type InvoiceFinalised = {
  readonly type: 'InvoiceFinalised';
  readonly invoice: FinalisedInvoice;
};

export class InvoiceUnknown extends defineProblem('INVOICE_UNKNOWN', 'not-found') {
  constructor() {
    super('Cette facture n’existe pas, ou ne vous est pas accessible.');
  }
}

export class InvoiceAlreadyFinalised extends defineProblem(
  'INVOICE_ALREADY_FINALISED',
  'conflict',
) {
  constructor(invoice: FinalisedInvoice) {
    super(
      `La facture ${invoice.number} est déjà émise et ne change plus : corrigez-la par un avoir.`,
      { invoiceId: invoice.id, number: invoice.number },
    );
  }
}

export class InvoiceStillContestable extends defineProblem(
  'INVOICE_STILL_CONTESTABLE',
  'conflict',
) {
  constructor(invoice: DraftInvoice) {
    super(
      `Le membre peut contester ce projet de facture jusqu’au ${frenchDate(addDays(invoice.contestableUntil, -1))} inclus : il sera émis ensuite.`,
      { invoiceId: invoice.id, contestableUntil: invoice.contestableUntil },
    );
  }
}

export class DraftContested extends defineProblem('DRAFT_CONTESTED', 'conflict') {
  constructor(invoiceId: string) {
    super(
      'Le membre conteste ce projet de facture : il n’est pas émis avant que le titulaire ait répondu.',
      { invoiceId },
    );
  }
}

export class InvoiceNotIssued extends defineProblem('INVOICE_NOT_ISSUED', 'conflict') {
  constructor(invoice: DraftInvoice | WithdrawnInvoice) {
    super(
      invoice.status === 'DRAFT'
        ? 'Ce projet n’est pas encore une facture : ses données structurées existeront une fois la facture émise.'
        : 'Ce projet de facture a été retiré : il n’a pas de données structurées.',
      { invoiceId: invoice.id, status: invoice.status },
    );
  }
}

export class DraftWithdrawn extends defineProblem('DRAFT_WITHDRAWN', 'conflict') {
  constructor({ id, withdrawnOn }: WithdrawnInvoice) {
    super(
      `Ce projet de facture a été retiré le ${frenchDate(withdrawnOn)} : relancez la facturation de sa période s’il n’a pas été remplacé.`,
      { invoiceId: id, withdrawnOn },
    );
  }
}

/** Throws InvoiceAlreadyFinalised, DraftWithdrawn. */
export function requireDraft(invoice: Invoice): DraftInvoice {
  if (invoice.status === 'FINALISED') throw new InvoiceAlreadyFinalised(invoice);
  if (invoice.status === 'WITHDRAWN') throw new DraftWithdrawn(invoice);
  return invoice;
}

/** What keeps a draft from its number on a day (BIL-9): it is contested, or may still be, and nobody has accepted it. */
export function notYetNumbered(draft: DraftInvoice, today: LocalDate): DomainError | undefined {
  const answer = draft.answers.at(-1)?.answer;
  if (answer === 'CONTESTED') return new DraftContested(draft.id);
  if (answer === 'ACCEPTED' || today >= draft.contestableUntil) return undefined;
  return new InvoiceStillContestable(draft);
}

/** A draft that gets its number on a day; throws what keeps it from it, and InvoiceAlreadyFinalised, DraftWithdrawn. */
export function requireDue(invoice: Invoice, today: LocalDate): DraftInvoice {
  const draft = requireDraft(invoice);
  const why = notYetNumbered(draft, today);
  if (why) throw why;
  return draft;
}

/** Takes back what was not issued. Throws InvoiceAlreadyFinalised, DraftWithdrawn. */
export function withdraw(
  invoice: Invoice,
  withdrawalReason: string,
  withdrawnOn: LocalDate,
): WithdrawnInvoice {
  return { ...requireDraft(invoice), status: 'WITHDRAWN', withdrawnOn, withdrawalReason };
}

/** Gives the draft its number; refuses an invoice already finalised, a draft withdrawn, contested or still contestable. */
export function finalise(
  invoice: Invoice,
  series: InvoiceSeries,
  sequence: number,
  issuedOn: LocalDate,
): { invoice: FinalisedInvoice; event: InvoiceFinalised } {
  const finalised: FinalisedInvoice = {
    ...requireDue(invoice, issuedOn),
    status: 'FINALISED',
    number: numberOf(series, sequence),
    sequence,
    issuedOn,
    dueOn: addDays(issuedOn, invoice.paymentTermDays),
  };
  return { invoice: finalised, event: { type: 'InvoiceFinalised', invoice: finalised } };
}
