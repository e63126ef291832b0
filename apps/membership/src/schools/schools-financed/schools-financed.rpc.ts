import { Controller } from '@nestjs/common';
import {
  type FinanceSchoolRequest,
  type ListSchoolsFinancedRequest,
  MembershipService,
  plain,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import { parseInseeCode, type Uai } from '#libs/identifiers';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import type { LocalDate } from '#libs/time';
import type { SchoolLink } from './domain/financing.js';
import { FinanceSchool } from './finance-school.js';
import { ListSchoolsFinanced } from './list-schools-financed.js';

@Controller()
export class SchoolsFinancedRpc {
  constructor(
    private readonly financeSchoolUseCase: FinanceSchool,
    private readonly listSchoolsFinancedUseCase: ListSchoolsFinanced,
  ) {}

  @Answers(MembershipService.method.financeSchool)
  async financeSchool(request: FinanceSchoolRequest, caller: Caller) {
    const { insee, ...asked } = plain(request);
    const link = await this.financeSchoolUseCase.execute({
      ...asked,
      uai: asked.uai as Uai,
      from: asked.from as LocalDate,
      ...(insee === '' ? {} : { insee: parseInseeCode(insee) }),
      caller,
    });
    return { link: toLinkMessage(link) };
  }

  @Answers(MembershipService.method.listSchoolsFinanced)
  async listSchoolsFinanced({ membershipId, ...page }: ListSchoolsFinancedRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['text', 'day'],
      (part) => this.listSchoolsFinancedUseCase.execute({ membershipId, ...part, caller }),
      (link) => [link.uai, link.startsOn],
    );
    return { links: rows.map(toLinkMessage), nextCursor };
  }
}

function toLinkMessage({ membershipId, uai, startsOn, endsOn }: SchoolLink) {
  return { membershipId, uai, period: { startsOn, endsOn } };
}
