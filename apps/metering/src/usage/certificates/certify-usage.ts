import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';
import {
  type Certificate,
  certificateText,
  type CountedUsage,
  mayBeCertified,
  noCertificate,
} from '../domain/certificate.js';
import { MeterPositions } from '../meter-positions.js';
import { TakeStanding } from '../take-standing.js';
import { CertificatePeriodInvalid, UsageNotComplete } from './certificate-problems.js';
import { Certificates } from './certificates.pg.js';
import { type CertifiedTogether, UsageCounts } from './usage-counts.pg.js';

export type CertifyUsageInput = {
  readonly marketCode: string;
  /** Of the market, these alone; none: all of it. */
  readonly membershipIds?: readonly string[];
  readonly period: Period;
  readonly caller: Caller;
  readonly idempotencyKey?: string;
};
export type UsageCertified = {
  readonly memberships: number;
  readonly certified: number;
  readonly accountDays: string;
};

const countedAheadMax = 3;

/** Says for good what is counted of a closed period; asked again, only those whose usage has changed get another one. */
@Injectable()
export class CertifyUsage {
  constructor(
    private readonly commands: Commands,
    private readonly unitOfWork: UnitOfWork,
    private readonly standing: TakeStanding,
    private readonly positions: MeterPositions,
    private readonly certificates: Certificates,
    private readonly counts: UsageCounts,
  ) {}

  /** Throws NotVisible for another market or a member of another, CertificatePeriodInvalid, UsageNotComplete. */
  async execute({
    marketCode,
    membershipIds = [],
    period,
    caller,
    idempotencyKey,
  }: CertifyUsageInput): Promise<UsageCertified> {
    requireMarket(caller, marketCode);
    const asked: CertifiedTogether = {
      marketCode,
      period,
      only: [...new Set(membershipIds)].sort(),
    };
    if (!mayBeCertified(period)) throw new CertificatePeriodInvalid(period);
    const told = { membershipId: '', markets: [marketCode] };
    const { complete, waiting } = await this.standing.execute(period.end, told);
    if (!complete) throw new UsageNotComplete(period, waiting);
    const ahead = await this.countedAhead(asked);
    const key = idempotencyKey ? { idempotencyKey } : {};
    const named = asked.only.length > 0 ? { membershipIds: asked.only } : {};
    return this.commands.run<UsageCertified>(
      { operation: 'CertifyUsage', action: 'usage.certified', subject: `market:${marketCode}` },
      { caller, ...key, marketCode, ...named, startsOn: period.start, endsOn: period.end },
      async (tx, today) => {
        const intake = await this.certificates.closeIntake(tx);
        // After the lock: whatever these positions say is read, is counted.
        const positions = await this.positions.cutOff();
        const toldBefore = (await this.positions.toldBefore()) ?? period.end;
        const counted = await this.countedBy(tx, ahead, asked);
        const standing = await this.certificates.standing(tx, asked);
        const given = counted.flatMap((usage): Certificate[] => {
          const last = standing.get(usage.membershipId);
          if (last?.ofPeriod?.usageSha256 === usage.usageSha256) return [];
          return [certificateOf(usage, last, { period, today, intake, positions, toldBefore })];
        });
        await this.certificates.add(tx, given);
        const days = counted.reduce((sum, { accountDays }) => sum + accountDays, 0n);
        return {
          memberships: counted.length,
          certified: given.length,
          accountDays: days.toString(),
        };
      },
    );
  }

  /**
   * Counting takes long, and no fact can be taken in behind the lock: so it is done before, with a glance at the lock to
   * have all there that was taken in. Once more where facts came meanwhile; where they go on coming, behind the lock.
   */
  private async countedAhead(asked: CertifiedTogether): Promise<CountedAhead> {
    for (let attempt = 1; ; attempt += 1) {
      const taken = await this.unitOfWork.run(async (tx) => {
        await this.certificates.closeIntake(tx);
        return this.certificates.taken(tx);
      });
      const [counted, after] = await this.unitOfWork.run(async (tx) => [
        await this.counts.counted(tx, asked),
        await this.certificates.taken(tx),
      ]);
      if (asked.only.length > 0 && counted.length < asked.only.length) throw new NotVisible();
      if (after === taken || attempt >= countedAheadMax) return { taken, counted };
    }
  }

  /** Behind the lock: what was counted ahead, unless something was taken in since. */
  private async countedBy(
    tx: Transaction,
    { taken, counted }: CountedAhead,
    asked: CertifiedTogether,
  ): Promise<CountedUsage[]> {
    const isStill = (await this.certificates.taken(tx)) === taken;
    return isStill ? counted : this.counts.counted(tx, asked);
  }
}

/** What was counted, and what had been taken in before it was. */
type CountedAhead = { readonly taken: string; readonly counted: CountedUsage[] };

type Now = Pick<Certificate, 'period' | 'intake' | 'positions' | 'toldBefore'> & {
  readonly today: LocalDate;
};

/** The next of its membership. */
export function certificateOf(
  usage: CountedUsage,
  last: { rank: number; sha256: string; ofPeriod: Certificate | undefined } | undefined,
  { today, ...now }: Now,
): Certificate {
  const told = {
    ...usage,
    ...now,
    rank: (last?.rank ?? 0) + 1,
    revision: last?.ofPeriod === undefined ? 0 : last.ofPeriod.revision + 1,
    certifiedOn: today,
    previous: last?.sha256 ?? noCertificate,
  };
  return { ...told, certificateId: randomUUID(), sha256: sha256Of(certificateText(told)) };
}

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');
