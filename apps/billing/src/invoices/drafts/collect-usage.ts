import { Injectable } from '@nestjs/common';
import { DomainError } from '#libs/problems';
import type { Period } from '#libs/time';
import { SchoolNames } from '../../schools/schools.module.js';
import type { SchoolCount } from '../domain/invoice.js';
import type { BillingBasis } from '../domain/invoice-calculation.js';
import { LateUsage } from '../corrections/late-usage.pg.js';
import { MeteringNotComplete, UsageNotRead, UsageSetAside } from './usage-problems.js';
import { allCounted, type MeteredUsage, UsageGateway } from './usage.gateway.js';

/** How long a run waits for metering, once for all its memberships. */
export class UsageWait {
  constructor(readonly timeoutMs: number) {}
}

/** What a draft rests on of metering, and how often late facts had been told of its membership before that was read. */
export type CollectedUsage = MeteredUsage & { readonly lateFacts: number };

/** Of one membership; throws what it may not be priced for. */
export type UsageOf = (membershipId: string) => CollectedUsage;

export type UsageAsked = {
  readonly basis: BillingBasis;
  readonly marketCode: string;
  readonly period: Period;
  /** Whom alone it is certified for; everybody of the market where it is not told. */
  readonly of?: ReadonlySet<string>;
};

const nothing: MeteredUsage = {
  ...{ complete: false, uncounted: allCounted, cutOff: '', usage: [], schools: [] },
  certificate: undefined,
};

/** Asks metering for a period: a condition with METERED, which is priced on certificates alone (BIL-5), mere evidence with ORDERED. */
@Injectable()
export class CollectUsage {
  constructor(
    private readonly gateway: UsageGateway,
    private readonly lateUsage: LateUsage,
    private readonly schoolNames: SchoolNames,
  ) {}

  /**
   * Of one membership or, where none is named, of every one of the market, read together. With METERED what no certificate
   * says yet is certified, and each is asked for throws MeteringNotComplete where it comes by itself, UsageNotRead or
   * UsageSetAside where no waiting helps.
   */
  async execute(asked: UsageAsked, membershipId?: string): Promise<UsageOf> {
    const heard = await this.lateUsage.heard(membershipId ?? '');
    const found = await this.named(await this.found(asked, membershipId));
    return (id) => {
      const usage = judged(asked, id, found.get(id));
      return { ...usage, lateFacts: heard.get(id) ?? 0 };
    };
  }

  /** By what metering counts now, certified or not, for what is said and not written. Throws as `execute`. */
  async glance(asked: UsageAsked, membershipId: string): Promise<MeteredUsage> {
    if (asked.basis === 'ORDERED') return nothing;
    const { marketCode, period } = asked;
    const usage = (await this.gateway.ofPeriod(marketCode, period, membershipId)).get(membershipId);
    return complete(usage ?? nothing, membershipId, period);
  }

  /** The same of every membership of the market, read together. */
  async glanceOfMarket(asked: UsageAsked): Promise<UsageOf> {
    const { basis, marketCode, period } = asked;
    if (basis === 'ORDERED') return () => ({ ...nothing, lateFacts: 0 });
    const found = await this.gateway.ofPeriod(marketCode, period);
    return (id) => {
      const usage = complete(found.get(id) ?? nothing, id, period);
      return { ...usage, certificate: undefined, lateFacts: 0 };
    };
  }

  /** A treasurer knows schools by name (BIL-6); one that no source names keeps its number. */
  private async named(
    found: ReadonlyMap<string, MeteredUsage>,
  ): Promise<ReadonlyMap<string, MeteredUsage>> {
    const uais = [...found.values()].flatMap(({ schools }) => schools.map(({ uai }) => uai));
    const names = await this.schoolNames.of(uais);
    const withName = (school: SchoolCount): SchoolCount => {
      const name = names.get(school.uai);
      return name === undefined ? school : { ...school, name };
    };
    return new Map(
      [...found].map(([id, usage]) => [id, { ...usage, schools: usage.schools.map(withName) }]),
    );
  }

  private async found(
    { basis, marketCode, period, of }: UsageAsked,
    membershipId?: string,
  ): Promise<ReadonlyMap<string, MeteredUsage>> {
    try {
      const found = await this.gateway.ofPeriod(marketCode, period, membershipId);
      const uncertified = [...found].filter(
        ([id, one]) => one.complete && !one.certificate && (of?.has(id) ?? true),
      );
      if (basis === 'ORDERED' || uncertified.length === 0) return found;
      // A late fact is of one member: nobody else is counted again for it (MTR-3).
      const membershipIds = uncertified.map(([id]) => id);
      await this.gateway.certify(marketCode, period, membershipIds);
      return await this.gateway.ofPeriod(marketCode, period, membershipId);
    } catch (error) {
      // Counts by school help the treasurer (BIL-6) but decide nothing: without them the invoice still holds.
      const isAway = error instanceof DomainError && error.kind === 'unavailable';
      if (basis === 'ORDERED' && isAway) return new Map();
      throw error;
    }
  }
}

function judged(
  { basis, period }: UsageAsked,
  membershipId: string,
  usage: MeteredUsage = nothing,
): MeteredUsage {
  if (basis === 'ORDERED') return usage.complete ? { ...usage, usage: [] } : nothing;
  const { certificate } = complete(usage, membershipId, period);
  // A fact came between certificate and look: the next one finds both.
  if (certificate === undefined) throw new MeteringNotComplete(membershipId, period);
  return { ...usage, cutOff: certificate.positions };
}

function complete(usage: MeteredUsage, membershipId: string, period: Period): MeteredUsage {
  if (usage.complete) return usage;
  const { uncounted } = usage;
  // First: what was set aside can be replayed, and more may lie where nobody reads.
  if (uncounted.stopped + uncounted.stoppedAtSource > 0) {
    throw new UsageNotRead(membershipId, uncounted);
  }
  if (uncounted.setAside + uncounted.setAsideAtSource > 0) {
    throw new UsageSetAside(membershipId, uncounted);
  }
  throw new MeteringNotComplete(membershipId, period, uncounted.unread);
}
