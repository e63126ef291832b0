import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import { audit, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { askEnt } from '../accounts/accounts.module.js';
import { EntPlans } from './ent-plans.pg.js';

/** What nobody decided in time is planned anew; a deletion whose legal day has come waits no longer (SUP-4). */
@Injectable()
export class ExpirePlans extends DayHandler {
  constructor(private readonly plans: EntPlans) {
    super();
  }

  async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    for (const planId of await this.plans.expire(tx, day))
      await audit(tx, {
        ...{
          actor: 'provisioning',
          action: 'ent-plan.expired',
          subject: `plan:${planId}`,
          businessDate: day,
        },
      });
    await askEnt(tx, await this.plans.heldDeletions(tx));
    await this.plans.forget(tx, day);
  }
}
