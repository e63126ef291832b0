import { Injectable } from '@nestjs/common';
import type { CostAmounts, EstimateCostResponse } from '#libs/contracts';
import { Unauthenticated } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import type { OrderBody } from './members.dto.js';
import { toPeriod, toRefusal, toSeatsLost, toTimeline } from './members.mapping.js';
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
      refusals: answer.refusals.map(toRefusal),
      warnings: answer.warnings,
      after: answer.after.map(toTimeline),
      seatsLost: answer.seatsLost.map(toSeatsLost),
      // What is refused costs nothing.
      cost: answer.refusals.length > 0 ? null : cost,
    };
  }

  // An order is decided without its price: whatever ails billing (and its own log tells), the rest is said.
  private async cost(visitor: Visitor, membershipId: string, changes: CostChanges) {
    try {
      const { billing } = this.clients.of(visitor);
      return toCost(await billing.estimateCost({ membershipId, changes }, { deadlineMs }));
    } catch (error) {
      if (error instanceof Unauthenticated) throw error;
      return null;
    }
  }
}

type CostChanges = { itemCode: string; effectiveFrom: string; delta: number }[];

const toCost = (answer: EstimateCostResponse) => ({
  invoicedUntil: answer.invoicedUntil,
  isUpperBound: answer.isUpperBound,
  horizons: answer.horizons.map(({ name, period, before, after, missingPrice }) => ({
    name,
    period: toPeriod(period),
    before: before && toAmounts(before),
    after: after && toAmounts(after),
    missingPrice: missingPrice && { label: missingPrice.label, firstDay: missingPrice.firstDay },
  })),
});

const toAmounts = ({ netCents, vatCents, totalCents }: CostAmounts) => ({
  netCents: netCents.toString(),
  vatCents: vatCents.toString(),
  totalCents: totalCents.toString(),
});
