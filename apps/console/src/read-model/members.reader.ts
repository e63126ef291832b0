/** What a member should be told. */
export type MemberFacts = {
  readonly seats: readonly SeatsFile[];
  /** Foreseen by provisioning, the earliest day first; days that have come included (PRV-7). */
  readonly losses: readonly SeatLossFile[];
  readonly drafts: readonly DraftInvoice[];
  /** Name of each school financed, now or before. */
  readonly schoolNames: ReadonlyMap<string, string>;
};
export type SeatsFile = {
  readonly membershipId: string;
  readonly itemCode: string;
  readonly on: string;
  readonly ordered: number;
  readonly held: number;
  readonly waiting: number;
};
export type Usage = { readonly held: number; readonly waiting: number };
export type SeatLossFile = {
  readonly itemCode: string;
  readonly on: string;
  readonly uai: string;
  readonly seats: number;
};
export type DraftInvoice = {
  readonly invoiceId: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly contestableUntil: string | null;
  readonly totalCents: string;
};

/** The door of the read model for the pages of members. Counts only, never a person (SUP-3). */
export abstract class MemberCopies {
  abstract of(membershipId: string): Promise<MemberFacts>;
  /** Children waiting for a seat, by membership; those where nobody waits are left out. */
  abstract waiting(): Promise<ReadonlyMap<string, number>>;
  /** Seats held and children waiting over all items, of these memberships; those without seats are left out. */
  abstract usage(membershipIds: readonly string[]): Promise<ReadonlyMap<string, Usage>>;
}
