import { type Transaction } from '#libs/persistence';
import { type LocalDate, type Period } from '#libs/time';

export type BillingRun = {
  readonly marketCode: string;
  readonly period: Period;
  readonly requestedOn: LocalDate;
  readonly requestedBy: string;
};

export type BillingRunSeen = {
  readonly runId: string;
  readonly period: { readonly startsOn: LocalDate; readonly endsOn: LocalDate };
  readonly requestedOn: LocalDate;
  /** Drafts and finalised invoices of the period. */
  readonly invoices: number;
};

export abstract class BillingRuns {
  /** The id of the market's one run for the period: a run again is the same run (BIL-5). */
  abstract open(tx: Transaction, run: BillingRun): Promise<string>;
  /** By period, latest first, at most 200. */
  abstract ofMarket(marketCode: string): Promise<BillingRunSeen[]>;
}
