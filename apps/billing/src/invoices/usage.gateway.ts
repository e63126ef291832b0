import { type LocalDate, type Period } from '#libs/time';
import { type ItemUsage, type SchoolCount } from './domain/invoice.js';

/** Account facts that metering has not counted, whomever they concern. */
export type UncountedFacts = {
  /** Set aside, and behind those: they wait for an administrator. */
  readonly setAside: number;
  /** Of these, of the membership asked for. */
  readonly ofMembership: number;
  /** Of these, of no membership that is known: they may be of it. */
  readonly ofNoMembership: number;
  /** Set aside by provisioning, from which account facts come. */
  readonly setAsideAtSource: number;
  /** Partitions that metering reads no further until an administrator decides. */
  readonly stopped: number;
  /** The same of provisioning. */
  readonly stoppedAtSource: number;
  /** Not read yet, as far as known: they come by themselves. */
  readonly unread: number;
};

export const allCounted: UncountedFacts = {
  ...{ setAside: 0, ofMembership: 0, ofNoMembership: 0, setAsideAtSource: 0, unread: 0 },
  ...{ stopped: 0, stoppedAtSource: 0 },
};

export type MeteredUsage = {
  /** False while metering has not seen every fact of the period (BIL-5). */
  readonly complete: boolean;
  readonly uncounted: UncountedFacts;
  readonly cutOff: string;
  readonly usage: readonly ItemUsage[];
  readonly schools: readonly SchoolCount[];
};

/** U(d) of a membership from its first account on. */
export type UsageOfMember = {
  readonly membershipId: string;
  readonly items: readonly ItemUsage[];
};

/** What metering states of a membership and period. Throws a refusal of kind `unavailable`. */
export abstract class UsageGateway {
  abstract usageOf(
    membershipId: string,
    itemCodes: readonly string[],
    period: Period,
  ): Promise<MeteredUsage>;

  /** Of every membership of a market, before a day. */
  abstract ofMarket(marketCode: string, until: LocalDate): Promise<UsageOfMember[]>;
}
