import type { Dispatch } from './domain/dispatch.js';

export type ArchiveOwner = {
  readonly organisationId: string;
  readonly organisationName: string;
  readonly siren: string;
  readonly marketCode: string;
};

/** What can be read of dispatches, as committed. */
export abstract class DispatchReader {
  abstract ownerOf(membershipId: string): Promise<ArchiveOwner | undefined>;
  /** Latest first; `after` is the day and id of the last row seen. */
  abstract list(
    membershipId: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<Dispatch[]>;
  /** The oldest sending first. */
  abstract unacknowledged(
    marketCode: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<Dispatch[]>;
}
