import type { LocalDate } from '#libs/time';
import type { GroupTotals, MemberActivity, PublishedListDecision } from './domain/activity.js';

export type ActivityPage = {
  readonly marketCode: string;
  /** Empty: every organisation. */
  readonly organisationId: string;
  readonly on: LocalDate;
  /** Name and id of the last row seen. */
  readonly after: readonly [string, string] | undefined;
  readonly limit: number;
};
export type PublishedMember = {
  readonly membershipId: string;
  readonly organisationName: string;
  readonly organisationKind: string;
};

/** What can be read of the group's activity, as committed. */
export abstract class ActivityReader {
  abstract totals(marketCode: string, on: LocalDate): Promise<GroupTotals>;
  /** By name. */
  abstract list(page: ActivityPage): Promise<MemberActivity[]>;
  abstract decision(marketCode: string): Promise<PublishedListDecision | undefined>;
  /** In force on the day, by name. */
  abstract published(page: Omit<ActivityPage, 'organisationId'>): Promise<PublishedMember[]>;
}
