import type { SchoolLink } from './domain/financing.js';

export abstract class SchoolLinkReader {
  abstract organisationOf(membershipId: string): Promise<string | undefined>;
  /** By UAI, then first day; after the pair given. */
  abstract list(
    membershipId: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<SchoolLink[]>;
}
