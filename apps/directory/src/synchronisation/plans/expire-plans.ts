import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import { audit, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { PlanDecisions } from './plan-decisions.pg.js';

/** What a plan holds and nobody decides in time is left undone (DIR-3): it was made for another day. So is what failed and nobody retries. */
@Injectable()
export class ExpirePlans extends DayHandler {
  constructor(
    private readonly decisions: PlanDecisions,
    private readonly heldDays: number,
  ) {
    super();
  }

  async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    const expired = await this.decisions.expire(tx, day);
    const givenUp = await this.decisions.giveUpFailed(tx, day, this.heldDays);
    for (const importId of [...expired, ...givenUp])
      await audit(tx, {
        actor: 'directory',
        action: 'import.expired',
        subject: `import:${importId}`,
        businessDate: day,
      });
  }
}
