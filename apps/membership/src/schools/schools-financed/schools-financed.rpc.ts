import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { FinanceSchoolRequest, ListSchoolsFinancedRequest } from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { parseInseeCode, parseUai } from '#libs/identifiers';
import { type Caller, CurrentCaller } from '#libs/identity';
import { localDate } from '#libs/time';
import type { SchoolLink } from './domain/financing.js';
import { FinanceSchool } from './finance-school.js';
import { ListSchoolsFinanced } from './list-schools-financed.js';

@Controller()
export class SchoolsFinancedRpc {
  constructor(
    private readonly financeSchoolUseCase: FinanceSchool,
    private readonly listSchoolsFinancedUseCase: ListSchoolsFinanced,
  ) {}

  @GrpcMethod('MembershipService', 'FinanceSchool')
  async financeSchool(@Payload() request: FinanceSchoolRequest, @CurrentCaller() caller: Caller) {
    const link = await this.financeSchoolUseCase.execute({
      idempotencyKey: request.idempotencyKey,
      membershipId: request.membershipId,
      uai: parseUai(request.uai),
      from: localDate(request.from),
      ...(request.insee === '' ? {} : { insee: parseInseeCode(request.insee) }),
      territoryException: request.territoryException.trim().slice(0, 500),
      exceptionDocumentId: request.exceptionDocumentId,
      caller,
    });
    return { link: toLinkMessage(link) };
  }

  @GrpcMethod('MembershipService', 'ListSchoolsFinanced')
  async listSchoolsFinanced(
    @Payload() request: ListSchoolsFinancedRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const limit = pageLimitOf(request.page?.limit);
    const cursor = decodeCursor(request.page?.cursor, 2);
    const found = await this.listSchoolsFinancedUseCase.execute({
      membershipId: request.membershipId,
      after: cursor && [String(cursor[0]), localDate(String(cursor[1]))],
      limit,
      caller,
    });
    const { rows, nextCursor } = pageOf(found, limit, (link) => [link.uai, link.startsOn]);
    return { links: rows.map(toLinkMessage), page: { nextCursor } };
  }
}

function toLinkMessage({ membershipId, uai, startsOn, endsOn }: SchoolLink) {
  return { membershipId, uai, period: { startsOn, endsOn } };
}
