import { Controller } from '@nestjs/common';
import {
  type CertifyUsageRequest,
  type ListCertificatesRequest,
  type ListCertifiedUsageRequest,
  MeteringService,
  type VerifyCertificatesOfMarketRequest,
  type VerifyCertificatesRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { periodOf } from '#libs/time';
import { waitingOf } from '../waiting-message.js';
import type { CertificateSeen } from './certificates.pg.js';
import { CertifyUsage } from './certify-usage.js';
import { ListCertifiedUsage } from './list-certified-usage.js';
import { ViewCertificates } from './view-certificates.js';

@Controller()
export class CertificatesRpc {
  constructor(
    private readonly certifyUsage: CertifyUsage,
    private readonly viewCertificates: ViewCertificates,
    private readonly listCertifiedUsage: ListCertifiedUsage,
  ) {}

  @Answers(MeteringService.method.certifyUsage)
  async certify({ period, ...request }: CertifyUsageRequest, caller: Caller) {
    const { marketCode, membershipIds, idempotencyKey } = request;
    const { accountDays, ...counts } = await this.certifyUsage.execute({
      ...{ marketCode, membershipIds, caller, idempotencyKey },
      period: periodOf(period?.startsOn ?? '', period?.endsOn ?? ''),
    });
    return { ...counts, accountDays: BigInt(accountDays) };
  }

  @Answers(MeteringService.method.listCertifiedUsage)
  async listUsage({ period, cursor, ...request }: ListCertifiedUsageRequest, caller: Caller) {
    const limit = pageLimitOf(request.limit);
    const [after = ''] = decodeCursor(cursor, 'text') ?? [];
    const { found, complete, cutOff, waiting } = await this.listCertifiedUsage.execute(caller, {
      ...{ marketCode: request.marketCode, membershipId: request.membershipId, after, limit },
      period: periodOf(period?.startsOn ?? '', period?.endsOn ?? ''),
    });
    const { rows, nextCursor } = pageOf(found, limit, ({ membershipId }) => [membershipId]);
    const memberships = rows.map(({ membershipId, usage, certificate }) => ({
      membershipId,
      usage: usage.map(({ openAccounts, ...place }) => ({
        ...place,
        openAccounts: openAccounts.map((step) => ({ ...step })),
      })),
      ...(certificate ? { certificate } : {}),
    }));
    return { memberships, nextCursor, complete, cutOff, waiting: waitingOf(waiting) };
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
