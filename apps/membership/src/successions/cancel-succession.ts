import { Injectable } from '@nestjs/common';
import type { CancelSuccessionRequest } from '#libs/contracts';
import { type Asked, requireInMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import type { Transaction } from '#libs/persistence';
import { Proposals } from '#libs/proposals';
import type { LocalDate } from '#libs/time';
import { SuccessionDecided, SuccessionInvalid } from './domain/succession-problems.js';
import { successionsKind } from './plan-successions.js';
import { Successions } from './successions.pg.js';

/**
 * Cancels a plan before its day, with the plans of its group. A proposed succession is cancelled with all successions of
 * its proposal (ADH-5).
 */
@Injectable()
export class CancelSuccession {
  constructor(
    private readonly commands: Commands,
    private readonly successions: Successions,
    private readonly proposals: Proposals,
  ) {}

  /** Gives the ids of the group. Throws SuccessionDecided once it is carried out, cancelled or blocked. */
  execute(input: Asked<CancelSuccessionRequest>): Promise<readonly string[]> {
    const { idempotencyKey, successionId, reason, caller } = input;
    return this.commands.run(
      {
        operation: 'CancelSuccession',
        action: 'succession.cancelled',
        subject: `succession:${successionId}`,
      },
      { successionId, reason, caller, idempotencyKey },
      async (tx, today) => {
        const found = requireInMarket(caller, await this.successions.groupOf(tx, successionId));
        if (reason === '') {
          throw new SuccessionInvalid('Dites pourquoi la succession est annulée.');
        }
        const plans = await this.successions.groupForUpdate(tx, found.groupId);
        if (plans.every(({ status }) => status === 'PROPOSED'))
          return this.giveUp(tx, found.proposalId, { by: caller.userId, reason, on: today });
        const decided = plans.find(({ status }) => status !== 'PLANNED');
        if (decided) {
          throw new SuccessionDecided(
            'Cette succession n’est plus seulement prévue : elle ne peut être annulée.',
            { status: decided.status },
          );
        }
        await this.successions.markStopped(tx, found.groupId, {
          status: 'CANCELLED',
          on: today,
          code: 'CANCELLED',
          reason,
        });
        return plans.map((plan) => plan.successionId);
      },
    );
  }

  /** The proposer withdraws, another coordinator rejects; an expired proposal takes no decision. */
  private async giveUp(
    tx: Transaction,
    proposalId: string,
    { by, reason, on }: { by: string; reason: string; on: LocalDate },
  ): Promise<readonly string[]> {
    const all = await this.successions.proposedForUpdate(tx, proposalId);
    const proposal = await this.proposals.find(proposalId, successionsKind, tx);
    if (on < proposal.expiresOn) {
      const outcome = by === proposal.proposedBy ? 'WITHDRAWN' : 'REJECTED';
      await this.proposals.decide(
        tx,
        proposal,
        { outcome, digest: proposal.digest, by, reason },
        on,
      );
    }
    await this.successions.markGivenUp(tx, proposalId, { on, reason });
    return all.map(({ successionId }) => successionId);
  }
}
