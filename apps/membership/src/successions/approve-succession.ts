import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { ApproveSuccessionRequest } from '#libs/contracts';
import { type Asked, requireInMarket } from '#libs/identity';
import { Proposals } from '#libs/proposals';
import { Memberships } from '../adhesion/memberships/register.module.js';
import { Documents } from '../documents/documents.module.js';
import { CarryOutSuccessions } from './carry-out-successions.js';
import { SuccessionDecided } from './domain/succession-problems.js';
import { successionsKind } from './plan-successions.js';
import { Successions } from './successions.pg.js';

/**
 * Another coordinator approves successions that were proposed together, on the digest of the proposal (ADH-5). Those
 * whose day has come are carried out at once, the others are judged again on their day.
 */
@Injectable()
export class ApproveSuccession {
  constructor(
    private readonly commands: Commands,
    private readonly successions: Successions,
    private readonly proposals: Proposals,
    private readonly memberships: Memberships,
    private readonly documents: Documents,
    private readonly carryOut: CarryOutSuccessions,
  ) {}

  /**
   * Returns the ids of the proposal's successions. Throws SuccessionDecided, the refusals of `decideProposal`, and those
   * of CarryOutSuccessions.
   */
  execute(input: Asked<ApproveSuccessionRequest>): Promise<readonly string[]> {
    const { idempotencyKey, successionId, digest, caller } = input;
    return this.commands.run(
      {
        operation: 'ApproveSuccession',
        action: 'succession.approved',
        subject: `succession:${successionId}`,
      },
      { successionId, digest, caller, idempotencyKey },
      async (tx, today) => {
        const found = requireInMarket(caller, await this.successions.groupOf(tx, successionId));
        const plans = await this.successions.proposedForUpdate(tx, found.proposalId);
        const decided = plans.find(({ status }) => status !== 'PROPOSED');
        if (decided) {
          throw new SuccessionDecided('Cette succession n’attend plus d’être approuvée.', {
            status: decided.status,
          });
        }
        await this.memberships.lock(
          tx,
          plans.map(({ predecessorMembershipId }) => predecessorMembershipId),
          {
            organisationIds: plans.map(({ successorOrganisationId }) => successorOrganisationId),
            marketCode: found.marketCode,
          },
        );
        const proposal = await this.proposals.find(found.proposalId, successionsKind, tx);
        const answer = { outcome: 'APPROVED', digest, by: caller.userId, reason: '' } as const;
        await this.proposals.decide(tx, proposal, answer, today);
        for (const { document, predecessorMembershipId: membershipId } of plans) {
          const files = [{ membershipId }, { marketCode: found.marketCode }] as const;
          await this.documents.referenceOfAny(document.documentId, files, tx);
        }
        await this.successions.markPlanned(tx, found.proposalId);
        const due = plans.filter(({ effectiveOn }) => effectiveOn <= today);
        for (const groupId of new Set(due.map((plan) => plan.groupId)))
          await this.carryOut.execute(tx, groupId, today);
        return plans.map((plan) => plan.successionId);
      },
    );
  }
}
