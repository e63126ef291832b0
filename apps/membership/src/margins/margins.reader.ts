import type { LocalDate, Timeline } from '#libs/time';

export const bounds = ['FLOOR', 'MAXIMUM'] as const;
export type Bound = (typeof bounds)[number];

/** How near a member comes to its floor or its maximum, on the day from today on on which least is left. */
export type MemberMargin = {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly organisationName: string;
  /** '*': all items together, where the commitment binds them so. */
  readonly itemCode: string;
  readonly label: string;
  readonly on: LocalDate;
  readonly ordered: number;
  readonly bound: number;
  readonly margin: number;
};

export type MarginsAsked = {
  readonly marketCode: string;
  readonly bound: Bound;
  /** At most so many accounts left, or so many percent of the bound; undefined: all. */
  readonly accounts: number | undefined;
  readonly percent: number | undefined;
};

/** margin, name, membership, item: what the list is sorted by. */
export type MarginKey = readonly [number, string, string, string];

export type BoundedItem = {
  readonly itemCode: string;
  readonly label: string;
  /** 0: none. */
  readonly groupMaximum: number;
  readonly memberMaximum: number;
  /** What the group has ordered, oldest first, over all time. */
  readonly steps: Timeline;
};

export abstract class MarginReader {
  /** Active memberships that have not ended, also those that begin later; the nearest first. */
  abstract margins(
    asked: MarginsAsked & {
      readonly on: LocalDate;
      readonly after: MarginKey | undefined;
      readonly limit: number;
    },
  ): Promise<MemberMargin[]>;
  /** The items of a market as they stand, with what counts for the maximum (ORD-6). */
  abstract boundedItems(marketCode: string): Promise<BoundedItem[]>;
}
