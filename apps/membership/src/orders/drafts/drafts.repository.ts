import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Draft } from '../domain/draft.js';

/** Bons de commande that are not signed. One writer at a time: the membership's lock comes first. */
export abstract class Drafts {
  abstract add(tx: Transaction, draft: Draft): Promise<void>;
  /** Locks the draft until the transaction ends; undefined also where it is another membership's. */
  abstract findForUpdate(
    tx: Transaction,
    membershipId: string,
    draftId: string,
  ): Promise<Draft | undefined>;
  /** Writes lines, note, hand, status and version; the database refuses any but the next version. */
  abstract save(tx: Transaction, draft: Draft): Promise<void>;
  /** The one that follows the waiting list of an item and is not closed (PRV-2), locked. */
  abstract findOverQuotaForUpdate(
    tx: Transaction,
    membershipId: string,
    itemCode: string,
  ): Promise<Draft | undefined>;
  /** Keeps how many seats are missing and gives what was told before: 0 the first time. */
  abstract tellMissing(
    tx: Transaction,
    seats: {
      readonly membershipId: string;
      readonly itemCode: string;
      readonly missing: number;
      readonly on: LocalDate;
    },
  ): Promise<number>;
  /** Of these memberships, those in force whose market drafts orders for who waits (`overQuota`). */
  abstract draftingAmong(
    tx: Transaction,
    membershipIds: readonly string[],
  ): Promise<ReadonlySet<string>>;
}
