import { Injectable } from '@nestjs/common';
import { EstimateCostResponseSchema, PreviewOrderResponseSchema } from '#libs/contracts';
import { Unauthenticated } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import { tell } from '../tell.js';
import type { Visitor } from '../visitor.js';
import type { OrderBody } from './members.dto.js';
import { OwnMembership } from './own-membership.js';

// Who waits for a preview waits for the order's own judgement, not for its price.
const deadlineMs = 3_000;

/** What an order would change, before anybody signs it: quantities, margin, seats, cost. Writes nothing. */
@Injectable()
export class PreviewOrder {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async execute(visitor: Visitor, membershipId: string, { lines }: OrderBody) {
    await this.own.require(visitor, membershipId);
    const [answer, cost] = await Promise.all([
      this.clients.of(visitor).membership.previewOrder({ membershipId, lines }),
      this.cost(visitor, membershipId, lines),
    ]);
    return {
      ...tell(PreviewOrderResponseSchema, answer),
      // What is refused costs nothing.
      cost: answer.refusals.length > 0 ? null : cost,
    };
  }

  // An order is decided without its price: whatever ails billing (and its own log tells), the rest is said.
  private async cost(visitor: Visitor, membershipId: string, changes: OrderBody['lines']) {
    try {
      const { billing } = this.clients.of(visitor);
      const cost = await billing.estimateCost({ membershipId, changes }, { deadlineMs });
      return tell(EstimateCostResponseSchema, cost);
    } catch (error) {
      if (error instanceof Unauthenticated) throw error;
      return null;
    }
  }
}
