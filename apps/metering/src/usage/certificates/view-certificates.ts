import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket } from '#libs/identity';
import {
  type Certificate,
  certificateViolations,
  lateViolations,
  type CountedUsage,
} from '../domain/certificate.js';
import { requireMembership } from '../require-membership.js';
import { UsageReader } from '../usage.reader.js';
import { Certificates, type CertificateSeen } from './certificates.pg.js';
import { UsageCounts } from './usage-counts.pg.js';
import { sha256Of } from './certify-usage.js';

const listedMax = 200;
const violationsMax = 200;

export type CertificatesVerified = {
  readonly certificates: number;
  readonly violations: readonly string[];
};

/** The certificates of a member, and whether they still say what their facts say. */
@Injectable()
export class ViewCertificates {
  constructor(
    private readonly usage: UsageReader,
    private readonly certificates: Certificates,
    private readonly counts: UsageCounts,
  ) {}

  /** Throws NotVisible. */
  async ofMembership(caller: Caller, membershipId: string): Promise<CertificateSeen[]> {
    await requireMembership(this.usage, caller, membershipId);
    return this.certificates.ofMembership(membershipId, listedMax);
  }

  /** Throws NotVisible. */
  async verify(caller: Caller, membershipId: string): Promise<CertificatesVerified> {
    await requireMembership(this.usage, caller, membershipId);
    return this.verified(await this.certificates.all(membershipId, ''));
  }

  /** Throws NotVisible. */
  async verifyMarket(caller: Caller, marketCode: string): Promise<CertificatesVerified> {
    requireMarket(caller, marketCode);
    return this.verified(await this.certificates.all('', marketCode));
  }

  /** The facts are read once for each intake: as many times as periods were certified, however many members. */
  private async verified(all: readonly Certificate[]): Promise<CertificatesVerified> {
    const counted = new Map<string, CountedUsage>();
    for (const [intake, certificates] of Map.groupBy(all, (one) => one.intake)) {
      const again = await this.counts.countedAgain(intake, certificates);
      for (const [id, usage] of again) counted.set(id, usage);
    }
    const violations = [...Map.groupBy(all, (one) => one.membershipId).values()].flatMap(
      (ofMembership) => certificateViolations(ofMembership, counted, sha256Of),
    );
    const late = lateViolations(all, await this.counts.late(all));
    const found = [...violations, ...late];
    return { certificates: all.length, violations: found.slice(0, violationsMax) };
  }
}
