import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Financer, SchoolLink } from './domain/financing.js';
import type { LinkEndReason } from './domain/link-end.js';

export type FinancerFound = Financer & {
  readonly organisationId: string;
  readonly marketCode: string;
  readonly version: number;
};

export abstract class SchoolLinks {
  /** Locks several memberships, always in the same order, so that two transfers never wait for each other. */
  abstract lock(tx: Transaction, membershipIds: readonly string[]): Promise<void>;
  /** Locks the membership. */
  abstract findFinancer(tx: Transaction, membershipId: string): Promise<FinancerFound | undefined>;
  /** The link that began on a day; one that was taken back whole is none any more. */
  abstract find(
    tx: Transaction,
    membershipId: string,
    uai: string,
    startsOn: LocalDate,
  ): Promise<SchoolLink | undefined>;
  /** The link in force on a day. */
  abstract findOn(
    tx: Transaction,
    membershipId: string,
    uai: string,
    day: LocalDate,
  ): Promise<SchoolLink | undefined>;
  /** Raises the membership's version by one, and gives it. Throws SchoolAlreadyFinanced where anybody pays on one of the days. */
  abstract add(
    tx: Transaction,
    link: SchoolLink,
    recorded: { readonly by: string; readonly on: LocalDate },
  ): Promise<bigint>;
  /** For good: no later end of the membership gives the days back. Raises the membership's version by one, and gives it. */
  abstract end(
    tx: Transaction,
    link: SchoolLink,
    ended: {
      readonly on: LocalDate;
      readonly reason: LinkEndReason | 'TRANSFER';
      /** Empty: none. */
      readonly documentId: string;
    },
  ): Promise<bigint>;
}
