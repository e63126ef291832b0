import type { LoweredItem, SeatsLost } from '../domain/seats-at-stake.js';

/** What `provisioning` knows and nobody else does: who holds a seat (PRV-7). */
export abstract class SeatsLostCounts {
  /**
   * Seats that holders would lose because of an order: one entry per item that loses any. Asked before
   * the transaction of an order, never inside it. Throws a refusal of kind `unavailable` where
   * provisioning does not answer.
   */
  abstract countLost(
    membershipId: string,
    lowered: readonly LoweredItem[],
  ): Promise<readonly SeatsLost[]>;
}
