import type { NewEvent } from '#libs/contracts';
import type { IdempotencyScope, Once } from '#libs/persistence';
import type { DomainError } from '#libs/problems';
import { type LocalDate, type Timeline } from '#libs/time';
import type { OrderToAppend } from './order-to-append.js';
import type { MembershipLedger } from './orders.repository.js';
import type { RecordedInLedger } from './record-order.js';

/** What a decision is judged by, read without a lock. */
export type DecisionBasis = {
  /** The first answer, where the key has one. */
  readonly answered?: Once<RecordedInLedger>;
  /** Absent before the first day (MKT-4), or where there is no such membership. */
  readonly judgedBy?: { readonly ledger: MembershipLedger; readonly today: LocalDate };
};

/** A decision as it was judged, with all that is kept of it. */
export type JudgedOrder = {
  readonly scope: IdempotencyScope;
  readonly ledger: MembershipLedger;
  readonly today: LocalDate;
  /** User id. */
  readonly actor: string;
  readonly auditDetails: Readonly<Record<string, unknown>>;
};
export type JudgedSignature = JudgedOrder & {
  readonly append: OrderToAppend;
  readonly event: NewEvent;
  readonly answer: RecordedInLedger;
};
export type JudgedRefusal = JudgedOrder & { readonly refusal: DomainError };

/** MOVED: what it was judged by, or the key, is no longer as it was; nothing was written. */
export type Kept = 'KEPT' | 'MOVED';

/**
 * Decisions in two round trips, or three near the maximum: read, judge, write if it still stands. The ledger of a membership is almost
 * never asked by two at once, so its lock need not be held while we judge.
 */
export abstract class OrderDecisions {
  /** Steps from the one in force on `earliest` or today on. Throws IdempotencyKeyReused. */
  abstract read(
    scope: IdempotencyScope,
    membershipId: string,
    earliest: LocalDate,
  ): Promise<DecisionBasis>;
  /** Of the whole group, without a lock: a maximum that is reached meanwhile is the database's to refuse. */
  abstract groupOrdered(marketCode: string, itemCode: string): Promise<Timeline>;
  /** MOVED also where the database refuses what was judged right: under the lock it is judged anew. */
  abstract sign(judged: JudgedSignature): Promise<Kept>;
  abstract refuse(judged: JudgedRefusal): Promise<Kept>;
}
