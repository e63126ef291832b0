import type { LedgerHead } from '../members/members.module.js';

/** What `membership` states of every membership of a market: the mark a copy must have reached (BIL-5). */
export abstract class MembershipHeads {
  /** Throws a refusal of kind `unavailable` where membership does not answer. */
  abstract ofMarket(marketCode: string): Promise<LedgerHead[]>;
}
