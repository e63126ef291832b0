import { Injectable } from '@nestjs/common';
import type { CommitmentPartSchema } from '#libs/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { annexe2Reference } from '../adhesion/commitments/commitments.module.js';
import { CommitmentGrounds, commitmentParts } from '../orders/ledger/orders.module.js';
import type { Plan } from './domain/plan.js';

/** What of C a succession leaves each annex 2 to stand for: a line of an invoice cites all of them (BIL-7). */
@Injectable()
export class SignedParts {
  constructor(private readonly grounds: CommitmentGrounds) {}

  /** C of a membership from its first day on, once the plan is carried out. */
  async of(
    tx: Transaction,
    membershipId: string,
    plan: Plan,
    sides: { readonly successorMembershipId: string; readonly since: LocalDate },
  ): Promise<MessageInitShape<typeof CommitmentPartSchema>[]> {
    const { kind, effectiveOn, predecessorMembershipId, movedLines } = plan;
    const { successorMembershipId, since } = sides;
    const { ground, signed } = await this.grounds.behind(tx, membershipId, {
      ...{ kind, effectiveOn, predecessorMembershipId, successorMembershipId },
      lines: movedLines.map(({ line }) => line),
    });
    return commitmentParts(ground, membershipId, since).flatMap(
      ({ membershipId: signer, items }) => {
        const annexe2 = signed.find((one) => one.membershipId === signer);
        if (!annexe2) return [];
        return {
          annexe2: annexe2Reference({ sha256: annexe2.sha256, datedOn: annexe2.datedOn }),
          membershipId: signer,
          signedBy: annexe2.signedBy,
          commitment: items.flatMap(({ itemCode, timeline }) =>
            timeline.map(({ from, quantity }) => ({ itemCode, from, quantity })),
          ),
        };
      },
    );
  }
}
