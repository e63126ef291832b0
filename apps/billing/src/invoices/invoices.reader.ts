import { defineProblem } from '#libs/problems';
import { type Transaction } from '#libs/persistence';
import { type LocalDate, type Period } from '#libs/time';
import { type Invoice } from './domain/invoice.js';

export class InvoiceUnknown extends defineProblem('INVOICE_UNKNOWN', 'not-found') {
  constructor() {
    super('Cette facture n’existe pas, ou ne vous est pas accessible.');
  }
}

/** One row of a list, without its lines. */
export type InvoiceRow = {
  readonly id: string;
  readonly membershipId: string;
  readonly organisationId: string;
  readonly marketCode: string;
  readonly period: Period;
  readonly revision: number;
  readonly status: 'DRAFT' | 'FINALISED';
  readonly number: string;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly contestableUntil: LocalDate;
  readonly netCents: bigint;
  readonly vatCents: bigint;
  readonly totalCents: bigint;
};

/** Empty strings and undefined do not filter. */
export type InvoiceFilter = {
  readonly membershipId?: string;
  readonly marketCode?: string;
  readonly organisationId?: string;
  /** Undefined: every market. */
  readonly markets?: readonly string[];
};

export type SeriesState = {
  readonly supplierSiret: string;
  readonly prefix: string;
  readonly year: number;
  readonly lastSequence: number;
};

/** Reads of invoices, for this feature's doors and for the sibling features. */
export abstract class InvoiceReader {
  /** Throws InvoiceUnknown. */
  abstract get(invoiceId: string): Promise<Invoice>;
  /** By period, newest first. The cursor is that of the page before. */
  abstract list(
    filter: InvoiceFilter,
    limit: number,
    cursor: string,
  ): Promise<{ rows: InvoiceRow[]; nextCursor: string }>;
  /** Memberships of a market that have the first invoice of a period. */
  abstract invoicedMemberships(marketCode: string, period: Period): Promise<Set<string>>;
  /** The first day of the market that no invoice covers; null where nothing is invoiced. */
  abstract invoicedUntil(marketCode: string): Promise<LocalDate | null>;
  /** Days for which invoices or drafts of the market have a line, by item. */
  abstract invoicedDays(
    marketCode: string,
    tx: Transaction,
  ): Promise<{ itemCode: string; period: Period }[]>;
  /** The same as `invoicedUntil`, of one membership. */
  abstract invoicedUntilOf(membershipId: string, tx: Transaction): Promise<LocalDate | null>;
  /** Ids of all invoices of a market, a page at a time. */
  abstract idsOf(marketCode: string, afterId: string, limit: number): Promise<string[]>;
  abstract seriesOf(marketCode: string): Promise<SeriesState[]>;
}
