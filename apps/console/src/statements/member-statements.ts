import { Injectable } from '@nestjs/common';
import { Clients } from '../clients/clients.module.js';
import { OwnMembership } from '../members/members.module.js';
import type { Visitor } from '../visitor.js';

/** The état des engagements: membership makes and judges it (ORD-7), the console carries. */
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

  /** The statement as it was given; null where it never was. Throws NotVisible for a paper of another member. */
  async verify(visitor: Visitor, given: { file: Uint8Array; code: string }) {
    const answer = await this.clients
      .of(visitor)
      .statements.verifyStatement(given, { deadlineMs: 30_000 });
    const { verdict, message, code, membershipId, on, content } = answer;
    if (membershipId !== '') await this.own.membership(visitor, membershipId);
    return {
      verdict,
      message,
      code,
      membershipId,
      on,
      differences: answer.differences.map(({ line, stated, recomputed }) => ({
        line,
        stated,
        recomputed,
      })),
      statement: content === '' ? null : (JSON.parse(content) as Record<string, unknown>),
      superseded: answer.superseded,
      ordersSince: answer.ordersSince,
      correctionsSince: answer.correctionsSince,
      ordersChecked: answer.ordersChecked,
    };
  }
}
