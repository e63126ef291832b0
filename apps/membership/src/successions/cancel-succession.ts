import { Injectable } from '@nestjs/common';
import type { CancelSuccessionRequest } from '#libs/contracts';
import { type Asked, requireInMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import { SuccessionDecided, SuccessionInvalid } from './domain/succession-problems.js';
import { Successions } from './successions.pg.js';

/** Cancels a plan before its day, with all that would be carried out together with it (ADH-5). */
@Injectable()
export class CancelSuccession {
  constructor(
    private readonly commands: Commands,
    private readonly successions: Successions,
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
}
