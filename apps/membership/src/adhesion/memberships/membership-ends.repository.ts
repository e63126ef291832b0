import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { EndCause, MembershipStatus } from './domain/membership.js';

/** What a decision about the end of a membership depends on. */
export type EndingMembership = {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly organisationKind: string;
  readonly siren: string;
  readonly marketCode: string;
  readonly status: MembershipStatus;
  /** `[startsOn, endsOn)`; absent before activation. */
  readonly startsOn?: LocalDate;
  readonly endsOn?: LocalDate;
  /** Absent while the membership ends with its market. */
  readonly endCause?: EndCause;
};

export type EndedMembership = {
  readonly membershipId: string;
  readonly version: number;
  readonly endsOn: LocalDate;
  readonly cause: EndCause;
};

/** Where memberships end (ADH-6). Each change raises the version by one, for the event that tells it. */
export abstract class MembershipEnds {
  /** Locks the membership. */
  abstract findForUpdate(
    tx: Transaction,
    membershipId: string,
  ): Promise<EndingMembership | undefined>;
  /** Gives the new version. Without a cause it ends as its market does. */
  abstract move(
    tx: Transaction,
    membershipId: string,
    endsOn: LocalDate,
    cause: EndCause | undefined,
  ): Promise<number>;
  /** Moves the end of every active membership that ends with its market; in the order of their ids. */
  abstract prolong(
    tx: Transaction,
    marketCode: string,
    to: LocalDate,
  ): Promise<{ membershipId: string; version: number }[]>;
  /** For a fact beside the end itself; gives the new version. */
  abstract raiseVersion(tx: Transaction, membershipId: string): Promise<number>;
  /** Ends what is due by `day`, for the cause that is kept, else with its market; of all memberships or of one. */
  abstract endDue(
    tx: Transaction,
    day: LocalDate,
    membershipId?: string,
  ): Promise<EndedMembership[]>;
  /** The first item of which less would be ordered than committed, and the day (ORD-2); as written so far. */
  abstract firstDayBelowCommitment(
    tx: Transaction,
    membershipId: string,
  ): Promise<
    { itemCode: string; firstDay: LocalDate; wouldBe: number; commitment: number } | undefined
  >;
}
