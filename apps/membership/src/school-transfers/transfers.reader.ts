import type { LocalDate } from '#libs/time';
import type { Transfer } from './domain/transfer.js';

/** A transfer as people look at it. */
export type TransferView = Transfer & {
  readonly fromOrganisationId: string;
  readonly fromName: string;
  readonly toOrganisationId: string;
  readonly toName: string;
  readonly proposedOn: LocalDate;
  readonly decidedOn: LocalDate | '';
  readonly orderId: string;
};

/** What can be read of transfers, as committed. */
export abstract class TransferReader {
  abstract find(transferId: string): Promise<TransferView | undefined>;
  /** The latest day first, after the row last seen. */
  abstract list(page: {
    readonly marketCode: string;
    /** Empty: of any status. */
    readonly status: string;
    /** Those in which it gives or receives; empty: all. */
    readonly organisationId: string;
    readonly membershipId: string;
    readonly after: readonly [effectiveOn: string, transferId: string] | undefined;
    readonly limit: number;
  }): Promise<TransferView[]>;
  /** Schools that carried-out transfers will bring to a membership after a day, by the membership that still has them. */
  abstract arriving(
    toMembershipId: string,
    after: LocalDate,
  ): Promise<readonly { readonly fromMembershipId: string; readonly uais: readonly string[] }[]>;
}
