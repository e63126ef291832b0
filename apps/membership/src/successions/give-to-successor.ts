import { Injectable } from '@nestjs/common';
import { SchoolFinancingEndedSchema } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import { type LocalDate, opposite } from '#libs/time';
import { Memberships } from '../adhesion/memberships/register.module.js';
import { OrderLedgers, RecordOrder } from '../orders/ledger/orders.module.js';
import type { Plan } from './domain/plan.js';
import type { Move } from './domain/succession.js';
import { MoveCommitment } from './move-commitment.js';
import { type SchoolPassing, Transfers } from './transfers.pg.js';

/** The side that gives: in full it ends on the day, without a negative line; in part C and O go down (ADH-5). */
@Injectable()
export class GiveToSuccessor {
  constructor(
    private readonly transfers: Transfers,
    private readonly moveCommitment: MoveCommitment,
    private readonly ledgers: OrderLedgers,
    private readonly recordOrder: RecordOrder,
    private readonly memberships: Memberships,
  ) {}

  /** Gives the id of the order that takes away, in part. */
  async execute(
    tx: Transaction,
    plan: Plan,
    given: { readonly successorMembershipId: string; readonly moves: readonly Move[] },
    today: LocalDate,
  ): Promise<string | undefined> {
    const { successorMembershipId, moves } = given;
    const { predecessorMembershipId: membershipId, effectiveOn } = plan;
    if (plan.kind === 'FULL') {
      await this.memberships.endBySuccession(tx, membershipId, {
        endsOn: effectiveOn,
        by: plan.plannedBy,
      });
      await this.memberships.endDue(tx, today, membershipId);
      return undefined;
    }
    const changes = moves.flatMap(({ itemCode, commitment }) =>
      commitment.map((change) => ({ itemCode, ...opposite(change) })),
    );
    const moved = { membershipId, successorMembershipId, changes };
    await this.moveCommitment.execute(tx, plan, moved, today);
    const lines = moves.flatMap(({ itemCode, ordered }) =>
      ordered.map((change) => ({ itemCode, ...opposite(change) })),
    );
    if (lines.length === 0) return undefined;
    const ledger = await this.ledgers.findForUpdate(tx, membershipId, effectiveOn);
    if (!ledger) throw new RangeError(`membership ${membershipId} is gone`);
    const { order } = await this.recordOrder.execute(
      tx,
      ledger,
      { kind: 'SUCCESSION', lines, signedBy: plan.plannedBy, restsOn: [plan.document] },
      today,
    );
    return order.orderId;
  }

  /** Before what takes its seats away: provisioning then waits for the other half of the transfer. */
  async tellSchoolsGone(
    tx: Transaction,
    plan: Plan,
    schools: readonly SchoolPassing[],
  ): Promise<void> {
    const membershipId = plan.predecessorMembershipId;
    for (const { uai, startsOn } of schools) {
      const { successionId: transferId, plannedBy: endedBy } = plan;
      const gone = { uai, endedOn: startsOn, transferId, endedBy };
      await this.memberships.tell(tx, membershipId, SchoolFinancingEndedSchema, gone);
    }
  }
}
