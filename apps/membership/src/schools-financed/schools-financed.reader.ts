import type { SchoolLink } from './domain/financing.js';

export abstract class SchoolLinkReader {
  /** Whose membership it is, in which market. */
  abstract ownerOf(
    membershipId: string,
  ): Promise<{ organisationId: string; marketCode: string } | undefined>;
  /** By UAI, then first day; after the pair given. */
  abstract list(
    membershipId: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<SchoolLink[]>;
}
