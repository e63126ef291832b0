/** Seats held of an item, in the schools where anybody holds one. Counts, never people (SUP-3). */
export type SeatsHeld = {
  readonly itemCode: string;
  readonly held: number;
  readonly schools: readonly { readonly uai: string; readonly held: number }[];
};

/** What `provisioning` knows: who holds a seat where. Asked before a transaction, never inside it. */
export abstract class MovingSeats {
  /** Throws a refusal of kind `unavailable` where provisioning does not answer. */
  abstract heldBy(membershipId: string): Promise<readonly SeatsHeld[]>;
}
