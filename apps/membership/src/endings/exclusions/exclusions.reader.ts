import type { LocalDate } from '#libs/time';
import type { CourtDecision } from './domain/court-decision.js';

export type ExclusionView = {
  readonly exclusionId: string;
  readonly membershipId: string;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly ground: string;
  readonly decision: CourtDecision;
  readonly recordedOn: LocalDate;
  readonly status: 'PRONOUNCED' | 'IN_EFFECT';
};

/** What can be read of exclusions, as committed. */
export abstract class ExclusionReader {
  abstract ownerOf(
    membershipId: string,
  ): Promise<{ organisationId: string; marketCode: string } | undefined>;
  abstract find(membershipId: string): Promise<ExclusionView | undefined>;
  /** The newest first, after the row last seen. */
  abstract list(
    marketCode: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<ExclusionView[]>;
}
