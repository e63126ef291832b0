import { Injectable } from '@nestjs/common';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import { toOrder } from './members.mapping.js';
import type { PageQuery, SignedOrderBody } from './members.dto.js';
import { OwnMembership } from './own-membership.js';

/** Orders of one member: membership decides, the console carries (ORD-1..5). */
@Injectable()
export class MemberOrders {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async list(visitor: Visitor, membershipId: string, page: PageQuery) {
    await this.own.require(visitor, membershipId);
    const answer = await this.clients.of(visitor).membership.listOrders({ membershipId, page });
    return { orders: answer.orders.map(toOrder), nextCursor: answer.page?.nextCursor ?? '' };
  }

  /** A refusal comes as a problem with figures (BELOW_COMMITMENT…), and nothing is ordered. */
  async sign(
    visitor: Visitor,
    membershipId: string,
    { lines, confirmedSeatsLost }: SignedOrderBody,
    idempotencyKey: string,
  ) {
    await this.own.require(visitor, membershipId);
    const answer = await this.clients.of(visitor).membership.signOrder({
      membershipId,
      lines: lines.map(toLine),
      confirmedSeatsLost,
      idempotencyKey,
    });
    return { order: answer.order && toOrder(answer.order), warnings: answer.warnings };
  }
}

const toLine = ({ itemCode, effectiveFrom, delta }: SignedOrderBody['lines'][number]) => ({
  itemCode,
  effectiveFrom,
  delta,
});
