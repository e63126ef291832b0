import type { LocalDate, Period } from '#libs/time';
import type { ItemUsage, SchoolCount } from '../domain/invoice.js';
import type { UsageCertificate } from '../domain/metered-usage.js';

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
  /** Of the whole period; an item that nobody used is left out. */
  readonly usage: readonly ItemUsage[];
  readonly schools: readonly SchoolCount[];
  /** The newest of just this period, where it says just this usage. */
  readonly certificate: UsageCertificate | undefined;
  /** The newest of just this period, whatever it says. */
  readonly lastCertificate?: UsageCertificate | undefined;
};

/** U(d) of a membership from its first account on. */
export type UsageOfMember = {
  readonly membershipId: string;
  readonly items: readonly ItemUsage[];
};

/** What metering states of a membership and period. Throws a refusal of kind `unavailable`. */
export abstract class UsageGateway {
  /** Of one membership or, where none is named, of every one of a market; metering leaves out whom it does not know. */
  abstract ofPeriod(
    marketCode: string,
    period: Period,
    membershipId?: string,
  ): Promise<ReadonlyMap<string, MeteredUsage>>;

  /** Has metering say for good what is counted of a period, of these alone. Throws UsageNotComplete where facts may still come. */
  abstract certify(
    marketCode: string,
    period: Period,
    membershipIds: readonly string[],
  ): Promise<void>;

  /** Of every membership of a market, before a day. */
  abstract ofMarket(marketCode: string, until: LocalDate): Promise<UsageOfMember[]>;
}
