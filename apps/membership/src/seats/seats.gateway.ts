import type { LocalDate } from '#libs/time';
import type { SeatsHeld } from '#libs/trade';

/** What an order leaves of an item, from a day on, where it lowers it. */
type Lowered = {
  readonly itemCode: string;
  readonly bounds: readonly { readonly from: LocalDate; readonly quantity: number }[];
};

type Lost = { readonly itemCode: string; readonly held: number; readonly lost: number };

/**
 * What `provisioning` knows and nobody else does: who holds a seat where. Asked before a transaction, never inside
 * it. Throws a refusal of kind `unavailable` where provisioning does not answer.
 */
export abstract class Seats {
  abstract heldBy(membershipId: string): Promise<readonly SeatsHeld[]>;
  /** Seats that holders would lose because of an order: one entry per item that loses any (PRV-7). */
  abstract countLost(membershipId: string, lowered: readonly Lowered[]): Promise<readonly Lost[]>;
}
