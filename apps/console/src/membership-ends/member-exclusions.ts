import { Injectable } from '@nestjs/common';
import { Clients } from '../clients/clients.module.js';
import { OwnMembership } from '../members/members.module.js';
import type { Visitor } from '../visitor.js';
import type { DecisionBody, MarketQuery } from './membership-ends.dto.js';
import { fromDecisionBody, toExclusion } from './membership-ends.mapping.js';

/** Exclusions by a judge: membership judges the dates (EXC-1), the console carries. */
@Injectable()
export class MemberExclusions {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async show(visitor: Visitor, membershipId: string) {
    await this.own.require(visitor, membershipId);
    const { exclusion } = await this.clients.of(visitor).exclusions.getExclusion({ membershipId });
    return { exclusion: exclusion ? toExclusion(exclusion) : null };
  }

  async record(visitor: Visitor, membershipId: string, body: DecisionBody, idempotencyKey: string) {
    await this.own.require(visitor, membershipId);
    const { exclusion } = await this.clients.of(visitor).exclusions.recordExclusion({
      idempotencyKey,
      membershipId,
      decision: fromDecisionBody(body),
    });
    return { exclusion: exclusion ? toExclusion(exclusion) : null };
  }

  async list(visitor: Visitor, { market, ...page }: MarketQuery) {
    const answer = await this.clients
      .of(visitor)
      .exclusions.listExclusions({ marketCode: market, page });
    return {
      exclusions: answer.exclusions.map(toExclusion),
      nextCursor: answer.page?.nextCursor ?? '',
    };
  }
}
