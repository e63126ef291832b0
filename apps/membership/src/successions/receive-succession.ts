import { Injectable } from '@nestjs/common';
import { MembershipActivatedSchema, SchoolFinancedSchema } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { ItemQuantity } from '#libs/trade';
import { membershipFact, Memberships } from '../adhesion/memberships/register.module.js';
import { Markets, toMarketMessage } from '../contract/markets/markets.module.js';
import { OrderLedgers, orderLinesMax, RecordOrder } from '../orders/ledger/orders.module.js';
import { Organisations } from '../organisations/organisations.module.js';
import { type Plan, territoryReasonOf } from './domain/plan.js';
import type { Move } from './domain/succession.js';
import { MoveCommitment } from './move-commitment.js';
import { SignedParts } from './signed-parts.js';
import { type SchoolPassing, Transfers } from './transfers.pg.js';

type Period = { readonly startsOn: LocalDate; readonly endsOn: LocalDate };

/** The side that receives: C, its SUCCESSION order and the schools (ADH-5). */
@Injectable()
export class ReceiveSuccession {
  constructor(
    private readonly organisations: Organisations,
    private readonly transfers: Transfers,
    private readonly moveCommitment: MoveCommitment,
    private readonly signedParts: SignedParts,
    private readonly ledgers: OrderLedgers,
    private readonly recordOrder: RecordOrder,
    private readonly markets: Markets,
    private readonly memberships: Memberships,
  ) {}

  /** Gives the ids of its orders: one, none where nothing was ordered, several beyond what an order holds. */
  async execute(
    tx: Transaction,
    plan: Plan,
    received: {
      readonly successorMembershipId: string;
      readonly isSuccessorCreated: boolean;
      readonly moves: readonly Move[];
    },
    today: LocalDate,
  ): Promise<string[]> {
    const { successorMembershipId: membershipId, isSuccessorCreated, moves } = received;
    const changes = moves
      .flatMap(({ itemCode, commitment }) => commitment.map((change) => ({ itemCode, ...change })))
      // What stands in its annex 2 from the first day on has not moved there.
      .filter(({ effectiveFrom }) => !isSuccessorCreated || effectiveFrom > plan.effectiveOn);
    const moved = { membershipId, successorMembershipId: membershipId, changes };
    await this.moveCommitment.execute(tx, plan, moved, today);
    const lines = moves
      .flatMap(({ itemCode, ordered }) => ordered.map((change) => ({ itemCode, ...change })))
      .sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
    const orderIds: string[] = [];
    for (let first = 0; first < lines.length; first += orderLinesMax) {
      const ledger = await this.ledgers.findForUpdate(tx, membershipId, plan.effectiveOn);
      if (!ledger) throw new RangeError(`membership ${membershipId} is gone`);
      const { order } = await this.recordOrder.execute(
        tx,
        ledger,
        {
          kind: 'SUCCESSION',
          lines: lines.slice(first, first + orderLinesMax),
          signedBy: plan.plannedBy,
          restsOn: [plan.document],
        },
        today,
      );
      orderIds.push(order.orderId);
    }
    return orderIds;
  }

  /** Told complete in itself, like any activation; there is no initial order. */
  async activate(
    tx: Transaction,
    plan: Plan,
    membershipId: string,
    period: Period,
    commitment: readonly ItemQuantity[],
    today: LocalDate,
  ): Promise<void> {
    const organisation = await this.organisations.find(tx, plan.successorOrganisationId);
    if (!organisation) throw new RangeError(`${plan.successorOrganisationId} is gone`);
    const annexe2 = await this.transfers.annexe2Of(tx, plan.predecessorMembershipId);
    await this.memberships.activate(
      tx,
      membershipId,
      period,
      today,
      membershipFact(MembershipActivatedSchema, {
        organisation,
        market: toMarketMessage(await this.markets.find(plan.marketCode, tx)),
        period,
        commitment,
        // The paper that its C comes from (BIL-7): signed by the former member.
        ...(annexe2 ? { annexe2 } : {}),
        commitmentParts: await this.signedParts.of(tx, membershipId, plan, {
          ...{ successorMembershipId: membershipId, since: period.startsOn },
        }),
        activatedOn: today,
      }),
    );
  }

  async addSchools(
    tx: Transaction,
    plan: Plan,
    membershipId: string,
    schools: readonly SchoolPassing[],
    today: LocalDate,
  ): Promise<void> {
    const reason = territoryReasonOf(plan.document);
    const recorded = { reason, by: plan.plannedBy, on: today };
    await this.transfers.addSchools(tx, membershipId, schools, recorded);
    for (const { uai, startsOn, endsOn } of schools) {
      const passed = { uai, period: { startsOn, endsOn }, transferId: plan.successionId };
      await this.memberships.tell(tx, membershipId, SchoolFinancedSchema, passed);
    }
  }
}
