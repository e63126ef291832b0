import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import type { Organisation } from '../organisations/organisations.module.js';
import type { MovedLine, Plan, SuccessionStatus } from './domain/plan.js';

export type Member = {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly marketCode: string;
  readonly status: string;
};

export type CarriedOut = {
  readonly successionId: string;
  readonly on: LocalDate;
  readonly successorMembershipId: string;
  readonly isSuccessorCreated: boolean;
  readonly predecessorOrderId: string | undefined;
  readonly successorOrderIds: readonly string[];
  readonly schoolsMoved: readonly string[];
};

/** Who gives and who receives, as far as locks need it. */
export type Sides = Pick<
  Plan,
  'marketCode' | 'predecessorMembershipId' | 'successorOrganisationId'
>;

/** Plans of successions, and what they depend on. */
export abstract class Successions {
  /** Throws SuccessionAlreadyPlanned where one of the members passes whole already. */
  abstract add(tx: Transaction, plans: readonly Plan[], on: LocalDate): Promise<void>;
  /** Groups that are planned for `day` or before, the oldest day first; on one day parts before what is left in full. */
  abstract groupsDue(tx: Transaction, day: LocalDate): Promise<string[]>;
  /** Locks the plans of a group; always in one order. */
  abstract groupForUpdate(
    tx: Transaction,
    groupId: string,
  ): Promise<(Plan & { readonly status: SuccessionStatus })[]>;
  abstract groupOf(
    tx: Transaction,
    successionId: string,
  ): Promise<{ groupId: string; marketCode: string } | undefined>;
  abstract markCarriedOut(tx: Transaction, done: CarriedOut): Promise<void>;
  /** Cancelled or blocked: nothing of the group is carried out. */
  abstract markStopped(
    tx: Transaction,
    groupId: string,
    stopped: {
      readonly status: 'CANCELLED' | 'BLOCKED';
      readonly on: LocalDate;
      readonly code: string;
      readonly reason: string;
    },
  ): Promise<void>;

  /**
   * Locks all that a group touches, in one order: successors' organisations, so that no application of theirs
   * comes in between, then memberships.
   */
  abstract lock(tx: Transaction, plans: readonly Sides[]): Promise<void>;
  abstract member(tx: Transaction, membershipId: string): Promise<Member | undefined>;
  /** The one membership of an organisation that is neither refused nor ended (ADH-4). */
  abstract memberOf(
    tx: Transaction,
    organisationId: string,
    marketCode: string,
  ): Promise<Member | undefined>;
  /** By SIREN, or by the INSEE code of a commune: the one in force, else the one that has ended. */
  abstract memberBy(
    tx: Transaction,
    marketCode: string,
    sirenOrInsee: string,
  ): Promise<Member | undefined>;
  abstract endCauseOf(tx: Transaction, membershipId: string): Promise<string | undefined>;
  abstract organisation(tx: Transaction, organisationId: string): Promise<Organisation | undefined>;
  /** The verified annex 2, as events name it: where the membership came by succession, that of its origin. */
  abstract annexe2Of(tx: Transaction, membershipId: string): Promise<DocumentReference | undefined>;
  /** Its lines (COM-1). */
  abstract annexe2Lines(tx: Transaction, membershipId: string): Promise<MovedLine[]>;
  /** Lines that another succession moves or has moved. */
  abstract linesTaken(tx: Transaction, membershipId: string): Promise<number[]>;
  /** UAI of schools that the membership finances on a day or later. */
  abstract schoolsFrom(tx: Transaction, membershipId: string, day: LocalDate): Promise<string[]>;
}
