import { type LocalDate, type Timeline } from '#libs/time';
import type { Order } from '../domain/order.js';
import type { MembershipLedger } from './orders.repository.js';

/** An order as it stands in the ledger, with what its hash rests on. */
export type RecordedOrder = {
  readonly order: Order;
  readonly content: string;
  readonly previousHash: string;
  readonly hash: string;
  /** Days on which the supplier received and acknowledged it; null while it has not. */
  readonly notifiedOn: LocalDate | null;
  readonly acknowledgedOn: LocalDate | null;
};

/** What can be read of ledgers, as committed. */
export abstract class OrderReader {
  /** With every step of every item; undefined where there is no such membership. */
  abstract ledgerOf(membershipId: string): Promise<MembershipLedger | undefined>;
  /** Oldest first, after the position given. */
  abstract ordersOf(
    membershipId: string,
    afterPosition: number,
    limit: number,
  ): Promise<RecordedOrder[]>;
  abstract groupOrdered(marketCode: string, itemCode: string): Promise<Timeline>;
  abstract membershipIdsOf(marketCode: string): Promise<string[]>;
  abstract headsOf(
    marketCode: string,
  ): Promise<{ membershipId: string; version: number; ledgerHead: string }[]>;
}
