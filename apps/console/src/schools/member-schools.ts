import { Injectable } from '@nestjs/common';
import { Clients } from '../clients/clients.module.js';
import { OwnMembership } from '../members/members.module.js';
import type { Visitor } from '../visitor.js';
import type { EndBody, FinanceBody, LinksQuery } from './schools.dto.js';
import { toFinancedSchool } from './schools.mapping.js';

/** Schools financed: membership decides (SCH-1), the console carries. */
@Injectable()
export class MemberSchools {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async list(visitor: Visitor, membershipId: string, { state, ...page }: LinksQuery) {
    await this.own.require(visitor, membershipId);
    const asked = { membershipId, state, page };
    const answer = await this.clients.of(visitor).schools.listSchoolLinks(asked);
    return {
      schools: answer.links.map(toFinancedSchool),
      nextCursor: answer.page?.nextCursor ?? '',
    };
  }

  async finance(visitor: Visitor, membershipId: string, body: FinanceBody, idempotencyKey: string) {
    await this.own.require(visitor, membershipId);
    const { link } = await this.clients
      .of(visitor)
      .membership.financeSchool({ ...body, membershipId, idempotencyKey });
    const { startsOn = '', endsOn = '' } = link?.period ?? {};
    return { membershipId, uai: link?.uai ?? '', period: { startsOn, endsOn } };
  }

  async end(visitor: Visitor, uai: string, body: EndBody, idempotencyKey: string) {
    await this.own.require(visitor, body.membershipId);
    const { link } = await this.clients
      .of(visitor)
      .schools.endSchoolFinancing({ ...body, uai, idempotencyKey });
    return { school: link ? toFinancedSchool(link) : null };
  }
}
