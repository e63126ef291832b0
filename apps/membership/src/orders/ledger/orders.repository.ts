import type { Transaction } from '#libs/persistence';
import { type LocalDate, type Timeline } from '#libs/time';
import type { Order } from '../domain/order.js';
import type { Ledger } from '../domain/order-ledger.js';

/** A membership's ledger as a decision needs it. */
export type MembershipLedger = Ledger & {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly marketCode: string;
  readonly version: number;
  readonly ledgerPosition: number;
  /** Hash of the last order; empty before the first (ORD-7). */
  readonly ledgerHead: string;
};

/** Reads the sum of O over the group, as committed and as this transaction wrote it: counted anew, so not cheap. */
export type GroupOrdered = (marketCode: string, itemCode: string) => Promise<Timeline>;

/** The ledgers of orders: append-only, one writer at a time per membership. */
export abstract class OrderLedgers {
  /** Locks the membership until the transaction ends; steps from the one in force on `since` on. */
  abstract findForUpdate(
    tx: Transaction,
    membershipId: string,
    since: LocalDate,
  ): Promise<MembershipLedger | undefined>;

  /**
   * Adds a signed order at the head; raises the membership's version by one. Needs the lock. Throws
   * AboveMaximum where others have ordered meanwhile what was left (ORD-6).
   */
  abstract append(
    tx: Transaction,
    order: Order,
    chained: { readonly previousHash: string; readonly content: string; readonly hash: string },
  ): Promise<void>;
  abstract groupOrdered(tx: Transaction, marketCode: string, itemCode: string): Promise<Timeline>;
}
