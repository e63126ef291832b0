import { Injectable } from '@nestjs/common';
import { Clients } from '../clients/clients.module.js';
import { OwnMembership } from '../members/members.module.js';
import type { Visitor } from '../visitor.js';

/** The état des engagements as a page to print (ORD-7). */
@Injectable()
export class MemberStatements {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async pdf(visitor: Visitor, membershipId: string, on: string) {
    await this.own.require(visitor, membershipId);
    const { fileName, pdf } = await this.clients
      .of(visitor)
      .statements.getStatement({ membershipId, on });
    return { fileName, content: pdf };
  }
}
