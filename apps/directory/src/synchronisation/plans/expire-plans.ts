import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import { audit, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { PlanDecisions } from './plan-decisions.pg.js';

/** What a plan holds and nobody decides in time is left undone (DIR-3): it was made for another day. */
@Injectable()
export class ExpirePlans extends DayHandler {
  constructor(private readonly decisions: PlanDecisions) {
    super();
  }

  async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    for (const importId of await this.decisions.expire(tx, day))
      await audit(tx, {
        actor: 'directory',
        action: 'import.expired',
        subject: importId,
        businessDate: day,
      });
  }
}
