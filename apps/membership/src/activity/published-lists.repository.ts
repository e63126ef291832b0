import type { Transaction } from '#libs/persistence';
import type { PublishedListDecision } from './domain/activity.js';

/** Decisions about the published list: only added. */
export abstract class PublishedLists {
  abstract add(
    tx: Transaction,
    marketCode: string,
    decision: PublishedListDecision,
    by: string,
  ): Promise<void>;
}
