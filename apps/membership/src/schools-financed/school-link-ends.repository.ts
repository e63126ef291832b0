import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';

/** Schools financed end with the membership at the latest (SCH-1): these follow an end that moves. */
export abstract class SchoolLinkEnds {
  /** No link of the membership has a day from `endsOn` on; one that was to begin later has no day left. */
  abstract cut(tx: Transaction, membershipId: string, endsOn: LocalDate): Promise<void>;
  /**
   * Gives back the days up to `endsOn` that an earlier end had taken, unless anybody else pays for the school
   * then: those links stay as they are, for good, and come back as the answer.
   */
  abstract giveBack(
    tx: Transaction,
    membershipId: string,
    endsOn: LocalDate,
  ): Promise<{ uai: string; endsOn: LocalDate }[]>;
}
