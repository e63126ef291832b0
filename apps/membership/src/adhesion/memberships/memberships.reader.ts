import type { LocalDate } from '#libs/time';
import type { Organisation } from '../../organisations/organisations.reader.js';
import type { MembershipStatus } from './domain/membership.js';

/** A membership as people look at it. */
export type MembershipView = {
  readonly membershipId: string;
  readonly organisation: Organisation;
  readonly marketCode: string;
  readonly status: MembershipStatus;
  readonly startsOn: LocalDate | '';
  readonly endsOn: LocalDate | '';
  readonly version: number;
  readonly ledgerHead: string;
  readonly commitment: readonly { itemCode: string; quantity: number }[];
  /** In force on the day asked about. */
  readonly ordered: readonly { itemCode: string; quantity: number }[];
  readonly annexe2?: { readonly sha256: string; readonly datedOn: string };
};

export type MembershipPage = {
  /** Absent: every market. */
  readonly marketCodes?: readonly string[];
  /** Empty: every organisation. */
  readonly organisationId: string;
  readonly on: LocalDate;
  /** Name and id of the last row seen. */
  readonly after?: readonly [string, string];
  readonly limit: number;
};

/** What can be read of memberships, as committed. */
export abstract class MembershipReader {
  abstract find(membershipId: string, on: LocalDate): Promise<MembershipView | undefined>;
  /** By the organisation's name. */
  abstract list(page: MembershipPage): Promise<MembershipView[]>;
}
