import type { LocalDate } from '#libs/time';

/** One entry of the journal, as it was written in the transaction of its change. */
export type AuditEntryView = {
  readonly auditEntryId: number;
  /** Instant, UTC. */
  readonly recordedAt: string;
  readonly businessDate: LocalDate | '';
  readonly actor: string;
  readonly onBehalfOf: string;
  readonly action: string;
  readonly subject: string;
  readonly restsOn: string;
  /** JSON. */
  readonly details: string;
};

/** Whose entries: all of a market, or what concerns one membership. */
export type AuditScope =
  | { readonly marketCode: string }
  | {
      readonly membershipId: string;
      readonly organisationId: string;
      readonly membershipMarketCode: string;
    };

export abstract class AuditEntryReader {
  abstract ownerOf(
    membershipId: string,
  ): Promise<{ organisationId: string; marketCode: string } | undefined>;
  /** The newest first, before the entry last seen. */
  abstract list(page: {
    readonly scope: AuditScope;
    /** Empty: all. */
    readonly subject: string;
    /** Exactly, or with a dot at the end all that begin so; empty: all. */
    readonly action: string;
    readonly before: number | undefined;
    readonly limit: number;
  }): Promise<AuditEntryView[]>;
}
