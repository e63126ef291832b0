import { Injectable } from '@nestjs/common';
import { CommitmentMovedSchema } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { Memberships } from '../adhesion/memberships/register.module.js';
import { OrderLedgers } from '../orders/ledger/orders.module.js';
import type { Plan } from './domain/plan.js';
import { SignedParts } from './signed-parts.js';
import { type ItemChange, Transfers } from './transfers.pg.js';

/** Moves C of a membership from a day on, and tells C whole (COM-3: by succession alone). */
@Injectable()
export class MoveCommitment {
  constructor(
    private readonly transfers: Transfers,
    private readonly ledgers: OrderLedgers,
    private readonly memberships: Memberships,
    private readonly signedParts: SignedParts,
  ) {}

  async execute(
    tx: Transaction,
    plan: Plan,
    moved: {
      readonly membershipId: string;
      readonly successorMembershipId: string;
      readonly changes: readonly ItemChange[];
    },
    today: LocalDate,
  ): Promise<void> {
    const { membershipId, successorMembershipId, changes } = moved;
    if (changes.length === 0) return;
    await this.transfers.moveCommitment(tx, plan, membershipId, changes, today);
    const ledger = await this.ledgers.findForUpdate(tx, membershipId, plan.effectiveOn);
    if (!ledger) throw new RangeError(`membership ${membershipId} is gone`);
    const { successionId, effectiveOn, document } = plan;
    const { kind, title, sha256, datedOn } = document;
    await this.memberships.tell(tx, membershipId, CommitmentMovedSchema, {
      successionId,
      effectiveOn,
      commitment: ledger.items.flatMap(({ itemCode, commitment }) =>
        commitment.map(({ from, quantity }) => ({ itemCode, from, quantity })),
      ),
      restsOn: { kind, title, sha256, datedOn },
      recordedOn: today,
      parts: await this.signedParts.of(tx, membershipId, plan, {
        successorMembershipId,
        since: ledger.startsOn ?? effectiveOn,
      }),
    });
  }
}
