import type { LocalDate } from '#libs/time';
import type { SchoolLink } from './domain/financing.js';

/** Where a link stands on a day; NONE: no day of it is left. */
export const linkStates = ['PAST', 'CURRENT', 'FUTURE', 'NONE'] as const;
export type LinkState = (typeof linkStates)[number];

/** A link as people look at it. */
export type SchoolLinkView = SchoolLink & {
  /** Empty: not ended by a decision about this school. */
  readonly endReason: string;
  readonly recordedOn: LocalDate;
};

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
    /** Only those in one state on a day. */
    state?: { readonly is: LinkState; readonly on: LocalDate },
  ): Promise<SchoolLinkView[]>;
}
