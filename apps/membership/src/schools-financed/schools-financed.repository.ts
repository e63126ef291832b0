import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Financer, SchoolLink } from './domain/financing.js';

export type FinancerFound = Financer & {
  readonly organisationId: string;
  readonly marketCode: string;
  readonly version: number;
};

export abstract class SchoolLinks {
  /** Locks the membership. */
  abstract findFinancer(tx: Transaction, membershipId: string): Promise<FinancerFound | undefined>;
  abstract find(
    tx: Transaction,
    membershipId: string,
    uai: string,
    startsOn: LocalDate,
  ): Promise<SchoolLink | undefined>;
  /** Raises the membership's version by one. Throws SchoolAlreadyFinanced where anybody pays on one of the days. */
  abstract add(
    tx: Transaction,
    link: SchoolLink,
    recorded: { readonly by: string; readonly on: LocalDate },
  ): Promise<void>;
}
