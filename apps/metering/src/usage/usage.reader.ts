import type { LocalDate, Period } from '#libs/time';

export type UsageAt = { readonly day: LocalDate; readonly delta: number };

export type MembershipUsage = {
  readonly membershipId: string;
  readonly items: readonly { readonly itemCode: string; readonly changes: readonly UsageAt[] }[];
};

export type SchoolUsage = {
  readonly uai: string;
  readonly accountDays: number;
  /** U at the end of the period's last day. */
  readonly openAtEnd: number;
};

/** The incremental figures beside those counted from the facts alone (MTR-2). */
export type Recount = {
  readonly meteredAccountDays: bigint;
  readonly recountedAccountDays: bigint;
  /** (membership, item, school, day) whose change of U differs. */
  readonly differences: number;
  readonly accounts: number;
};

export type MembershipKnown = { readonly organisationId: string; readonly marketCode: string };

/** Looks at what is metered. */
export abstract class UsageReader {
  abstract membership(membershipId: string): Promise<MembershipKnown | undefined>;

  /** Changes of U before `until`, one per day. */
  abstract changes(membershipId: string, itemCode: string, until: LocalDate): Promise<UsageAt[]>;

  /** Changes of U before `until` of the memberships of a market, by id; one without any has no item. */
  abstract ofMarket(
    marketCode: string,
    until: LocalDate,
    page: { readonly after: string; readonly limit: number },
  ): Promise<MembershipUsage[]>;

  abstract bySchool(
    membershipId: string,
    itemCode: string,
    period: Period,
  ): Promise<readonly SchoolUsage[]>;

  /** Of the newest certificate of exactly this period, unless a late fact changed it. */
  abstract certificateHash(membershipId: string, period: Period): Promise<string | undefined>;

  /** `membershipId` empty: all; `markets` undefined: all. Days from `until` on are not counted. */
  abstract recount(
    membershipId: string,
    until: LocalDate,
    markets: readonly string[] | undefined,
  ): Promise<Recount>;
}
