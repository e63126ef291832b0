import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { CourtDecision } from './domain/court-decision.js';

/** The decisions that were received: nothing of them changes afterwards. */
export abstract class Exclusions {
  /** Needs the membership's lock. */
  abstract exists(tx: Transaction, membershipId: string): Promise<boolean>;
  abstract add(
    tx: Transaction,
    exclusion: {
      readonly exclusionId: string;
      readonly membershipId: string;
      readonly decision: CourtDecision;
    },
    recorded: { readonly by: string; readonly on: LocalDate },
  ): Promise<void>;
}
