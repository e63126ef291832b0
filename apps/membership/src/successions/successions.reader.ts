import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import type { MovedLine, SuccessionStatus } from './domain/plan.js';
import type { SuccessionKind } from './domain/succession.js';

/** A succession as people look at it. */
export type SuccessionView = {
  readonly successionId: string;
  readonly groupId: string;
  readonly marketCode: string;
  readonly kind: SuccessionKind;
  readonly effectiveOn: LocalDate;
  readonly predecessorMembershipId: string;
  readonly predecessorOrganisationId: string;
  readonly predecessorName: string;
  readonly successorOrganisationId: string;
  readonly successorName: string;
  readonly document: DocumentReference;
  readonly movedLines: readonly MovedLine[];
  /** Those that passed, or while it is planned those that will. */
  readonly schools: readonly string[];
  readonly status: SuccessionStatus;
  readonly plannedOn: LocalDate;
  readonly decidedOn: LocalDate | '';
  readonly reasonCode: string;
  readonly reason: string;
  readonly successorMembershipId: string;
  readonly successorCreated: boolean;
  readonly predecessorOrderId: string;
  readonly successorOrderIds: readonly string[];
  /** What passed on the day. */
  readonly moved: readonly { itemCode: string; commitment: number; ordered: number }[];
};

/** What can be read of successions, as committed. */
export abstract class SuccessionReader {
  abstract find(successionId: string): Promise<SuccessionView | undefined>;
  /** The latest day first, after the row last seen. */
  abstract list(page: {
    readonly marketCode: string;
    /** Empty: of any status. */
    readonly status: string;
    /** Those in which this organisation gives or receives; empty: all. */
    readonly organisationId: string;
    /** Those of this membership's organisation; empty: all. */
    readonly membershipId: string;
    readonly after: readonly [effectiveOn: string, successionId: string] | undefined;
    readonly limit: number;
  }): Promise<SuccessionView[]>;
}
