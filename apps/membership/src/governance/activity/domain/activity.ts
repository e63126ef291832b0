import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';

export class PublicationInvalid extends defineProblem('PUBLICATION_INVALID', 'invalid') {}

/** C(d), O(d) and the margin on a day; 0 outside the membership. */
export type ActivityFigures = {
  readonly itemCode: string;
  readonly label: string;
  readonly commitment: number;
  readonly ordered: number;
};
export type MemberActivity = {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly organisationKind: string;
  readonly status: string;
  readonly startsOn: LocalDate | '';
  readonly endsOn: LocalDate | '';
  readonly figures: readonly ActivityFigures[];
  readonly schoolsFinanced: number;
  readonly ordersSigned: number;
};
export type GroupTotals = {
  /** In force on the day. */
  readonly members: number;
  readonly figures: readonly ActivityFigures[];
  readonly schoolsFinanced: number;
  readonly ordersSigned: number;
};

export const contents = ['NOTHING', 'NAMES'] as const;

/** What list of members is published: the coordinator's decision (SUP-3, GOV-1); the last one counts. */
export type PublishedListDecision = {
  readonly content: (typeof contents)[number];
  readonly decidedOn: LocalDate;
  readonly reason: string;
};

/** Throws PublicationInvalid where a publication has no reason. */
export function decide(decision: PublishedListDecision): PublishedListDecision {
  if (decision.content === 'NAMES' && decision.reason.trim() === '') {
    throw new PublicationInvalid(
      'Dites sur quoi repose la publication de la liste des membres (décision, délibération…).',
    );
  }
  return decision;
}
