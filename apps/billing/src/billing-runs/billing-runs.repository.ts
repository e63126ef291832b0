import { type Transaction } from '#libs/persistence';
import { type LocalDate, type Period } from '#libs/time';

export type BillingRun = {
  readonly marketCode: string;
  readonly period: Period;
  readonly requestedOn: LocalDate;
  readonly requestedBy: string;
};

export abstract class BillingRuns {
  /** The id of the market's one run for the period: a run again is the same run (BIL-5). */
  abstract open(tx: Transaction, run: BillingRun): Promise<string>;
}
