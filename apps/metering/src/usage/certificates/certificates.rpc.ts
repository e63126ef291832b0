import { Controller } from '@nestjs/common';
import {
  type CertifyUsageRequest,
  type ListCertificatesRequest,
  MeteringService,
  type VerifyCertificatesOfMarketRequest,
  type VerifyCertificatesRequest,
} from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { periodOf } from '#libs/time';
import type { CertificateSeen } from './certificates.pg.js';
import { CertifyUsage } from './certify-usage.js';
import { ViewCertificates } from './view-certificates.js';

@Controller()
export class CertificatesRpc {
  constructor(
    private readonly certifyUsage: CertifyUsage,
    private readonly viewCertificates: ViewCertificates,
  ) {}

  @Answers(MeteringService.method.certifyUsage)
  async certify({ marketCode, period, idempotencyKey }: CertifyUsageRequest, caller: Caller) {
    const { accountDays, ...counts } = await this.certifyUsage.execute({
      ...{ marketCode, caller, idempotencyKey },
      period: periodOf(period?.startsOn ?? '', period?.endsOn ?? ''),
    });
    return { ...counts, accountDays: BigInt(accountDays) };
  }

  @Answers(MeteringService.method.listCertificates)
  async list({ membershipId }: ListCertificatesRequest, caller: Caller) {
    const found = await this.viewCertificates.ofMembership(caller, membershipId);
    return { certificates: found.map(toMessage) };
  }

  @Answers(MeteringService.method.verifyCertificates)
  async verify({ membershipId }: VerifyCertificatesRequest, caller: Caller) {
    const { certificates, violations } = await this.viewCertificates.verify(caller, membershipId);
    return { certificates, violations: [...violations] };
  }

  @Answers(MeteringService.method.verifyCertificatesOfMarket)
  async verifyMarket({ marketCode }: VerifyCertificatesOfMarketRequest, caller: Caller) {
    const found = await this.viewCertificates.verifyMarket(caller, marketCode);
    return { certificates: found.certificates, violations: [...found.violations] };
  }
}

function toMessage(one: CertificateSeen) {
  return {
    certificateId: one.certificateId,
    membershipId: one.membershipId,
    period: { startsOn: one.period.start, endsOn: one.period.end },
    revision: one.revision,
    certifiedOn: one.certifiedOn,
    positions: one.positions,
    toldBefore: one.toldBefore,
    accounts: Number(one.accounts),
    accountDays: one.accountDays,
    usageSha256: one.usageSha256,
    sha256: one.sha256,
    changes: one.changes.map(({ arrivedOn, ...change }) => ({ change, arrivedOn })),
    accountDaysNow: one.accountDaysNow,
  };
}
