import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Statement } from './domain/statement.js';

export type StatementBasis = {
  readonly organisationId: string;
  /** Undefined while the membership is not active. */
  readonly activatedOn: LocalDate | undefined;
  readonly statement: Statement;
  /** Places in the ledger of the last orders signed before that day and until its end. */
  readonly positionBefore: number;
  readonly positionAtEnd: number;
  /** Orders recorded after that day which change what was ordered on it: corrections (ORD-4), successions. */
  readonly correctionsSince: number;
};

/** A membership as it stood at the end of a past day, or now for today: one consistent look. */
export abstract class StatementFacts {
  /**
   * `position`: the orders that count, where not all of that day do; `knownUntil`: the day until whose end letters,
   * decisions and terms are known, where not all of that day are. Undefined where there is no such membership, or it
   * was never active.
   */
  abstract asOf(
    membershipId: string,
    on: LocalDate,
    options?: {
      readonly position?: number;
      readonly knownUntil?: LocalDate;
      readonly tx?: Transaction;
    },
  ): Promise<StatementBasis | undefined>;
}
