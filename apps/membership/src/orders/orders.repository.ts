import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Order } from './domain/order.js';
import type { Ledger } from './domain/order-ledger.js';

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

/** The ledgers of orders: append-only, one writer at a time per membership. */
export abstract class OrderLedgers {
  /** Locks the membership until the transaction ends; steps from the one in force on `since` on. */
  abstract findForUpdate(
    tx: Transaction,
    membershipId: string,
    since: LocalDate,
  ): Promise<MembershipLedger | undefined>;

  /** Adds a signed order at the head; raises the membership's version by one. Needs the lock. */
  abstract append(
    tx: Transaction,
    order: Order,
    chained: { readonly previousHash: string; readonly content: string; readonly hash: string },
  ): Promise<void>;
}
