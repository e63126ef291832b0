import {
  type ContractYear,
  type LocalDate,
  type Period,
  addYears,
  contractYears,
  daysIn,
  inForceOn,
  localDate,
  minDate,
} from '#libs/time';
import type { BillingRhythm, RhythmFrom } from '#libs/trade';

/** The supplier as the market states it. */
export type SupplierTerms = {
  readonly name: string;
  readonly siret: string;
  readonly vatNumber: string;
  readonly address: string;
  readonly iban: string;
  readonly legalMentions: string;
};

/** What billing needs to know of a market: data, never code (MKT-1). */
export type MarketTerms = {
  readonly code: string;
  readonly title: string;
  /** Raised by each amendment (MKT-6); an older one never replaces a newer. */
  readonly version: number;
  readonly supplier: SupplierTerms;
  readonly effectiveOn: LocalDate;
  readonly endsOn: LocalDate;
  /** First days of the contract years, ascending. */
  readonly contractYearStarts: readonly LocalDate[];
  readonly items: readonly { readonly code: string; readonly label: string }[];
  readonly basis: 'ORDERED' | 'METERED';
  /** What C is a floor of (COM-1). */
  readonly floorScope: 'ITEM' | 'TOTAL';
  /** Of who has chosen none. */
  readonly rhythm: BillingRhythm;
  readonly numberPrefix: string;
  readonly contestDays: number;
  readonly paymentTermDays: number;
};

/** Where Chorus Pro delivers an invoice, and to which numbers of the member's own; what is unknown is an empty string. */
export type ChorusProData = {
  readonly recipientSiret: string;
  readonly serviceCode: string;
  readonly purchaseOrderNumber: string;
  readonly marketNumber: string;
};

/** The member as an invoice addresses it (ADH-1). */
export type BuyerParty = ChorusProData & {
  readonly organisationId: string;
  readonly name: string;
  readonly siren: string;
  readonly address: string;
  /** As membership names it; absent from copies of before it was kept. */
  readonly kind?: string;
  /** INSEE code of where it stands, for VAT; absent from copies of before it was kept. */
  readonly department?: string;
};

export type Annexe2Reference = {
  readonly kind: string;
  readonly title: string;
  readonly sha256: string;
  readonly datedOn: string;
};

/** C of an item from a day on, until its next step (ADH-5). */
export type ItemCommitment = {
  readonly itemCode: string;
  readonly quantity: number;
  readonly from: LocalDate;
};

/** What of C was signed in one annex 2: the member's own, or a former member's (ADH-5). */
export type SignedPart = {
  readonly annexe2: Annexe2Reference;
  /** The member who signed; empty where it is the member itself. */
  readonly signedBy: string;
  readonly commitment: readonly ItemCommitment[];
};

/** Where annex 2 alone says C: before every membership, so in force from its first day (COM-1). */
export const fromTheBeginning = localDate('1900-01-01');

export type LedgerLine = {
  readonly ledgerPosition: number;
  readonly line: number;
  readonly orderId: string;
  readonly number: string;
  readonly itemCode: string;
  readonly effectiveFrom: LocalDate;
  readonly delta: number;
  readonly signedOn: LocalDate;
};

/** How far a copy has come, or must have come (BIL-5). */
export type LedgerHead = {
  readonly membershipId: string;
  readonly membershipVersion: number;
  readonly ledgerHead: string;
};

/** One membership as billing knows it at one version. */
export type MemberCopy = LedgerHead & {
  readonly organisationId: string;
  readonly marketCode: string;
  /** Null until the membership is activated. */
  readonly period: Period | null;
  /** First day out of force, as a notice or a judgment announces it; it may still be given up (WDR-1, EXC-1). */
  readonly announcedEnd: LocalDate | null;
  /** With the Chorus Pro data of its application. */
  readonly buyer: BuyerParty;
  /** Recorded since, ascending by day; of one day the last recorded last. */
  readonly chorusPro: readonly (ChorusProData & { readonly from: LocalDate })[];
  /** Ascending by day; of one day the last told last. */
  readonly rhythms: readonly RhythmFrom[];
  readonly commitment: readonly ItemCommitment[];
  /** Together C on every day; none where no annex 2 was signed. */
  readonly signed: readonly SignedPart[];
  readonly ledger: readonly LedgerLine[];
};

/** The member as an invoice drafted on a day addresses it: the numéro d'engagement is usually new each civil year. */
export function buyerOn({ buyer, chorusPro }: MemberCopy, day: LocalDate): BuyerParty {
  const { from: _from, ...data } = inForceOn(chorusPro, day) ?? { ...buyer, from: day };
  return { ...buyer, ...data };
}

/** The member as what is foreseen counts it: to the end that is announced. Invoices wait until the day has come. */
export function asAnnounced(member: MemberCopy): MemberCopy {
  const { period, announcedEnd } = member;
  if (period === null || announcedEnd === null) return member;
  const days = { start: period.start, end: minDate(period.end, announcedEnd) };
  return { ...member, period: days.start < days.end ? days : null };
}

/** The contract years as the market lists them; without a list, the anniversaries (MKT-3). */
export function contractYearsOf(
  terms: Pick<MarketTerms, 'effectiveOn' | 'endsOn' | 'contractYearStarts'>,
): ContractYear[] {
  const starts = terms.contractYearStarts;
  if (starts.length === 0) return contractYears(terms.effectiveOn, terms.endsOn);
  return starts.map((start, index) => {
    const period = { start, end: starts[index + 1] ?? addYears(start, 1) };
    return { ...period, index: index + 1, days: daysIn(period) };
  });
}
