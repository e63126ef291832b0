import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Dispatch, DispatchKind } from './domain/dispatch.js';

export type NewDispatches = {
  readonly membershipIds: readonly string[];
  readonly kind: DispatchKind;
  readonly document: {
    readonly documentId: string;
    readonly title: string;
    readonly sha256: string;
    readonly datedOn: LocalDate;
  };
  readonly sentOn: LocalDate;
  readonly sentBy: string;
};
export type DispatchOwner = { readonly organisationId: string; readonly marketCode: string };

/** What was sent and acknowledged: only added. */
export abstract class Dispatches {
  /** Accepted or active memberships of the market, or of that organisation in it. */
  abstract concerned(
    tx: Transaction,
    marketCode: string,
    organisationId: string | undefined,
  ): Promise<string[]>;
  /** How many were new; who has the document already keeps what it has. */
  abstract add(tx: Transaction, sent: NewDispatches): Promise<number>;
  abstract find(
    tx: Transaction,
    membershipId: string,
    dispatchId: string,
  ): Promise<(Dispatch & DispatchOwner) | undefined>;
  /** The first acknowledgement stays. */
  abstract acknowledge(
    tx: Transaction,
    dispatchId: string,
    by: string,
    on: LocalDate,
  ): Promise<void>;
}
