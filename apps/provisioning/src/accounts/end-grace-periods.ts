import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { Accounts } from './accounts.pg.js';
import { step, unchanged } from './domain/step.js';

const chunkSize = 2_000;

/** CLOSING → DELETED on the day the grace period ends, whenever the work is done (PRV-3). */
@Injectable()
export class EndGracePeriods {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly accounts: Accounts,
  ) {}

  /** One chunk. Returns how many accounts it ended. A pending return (next) is dropped with the account. */
  execute(): Promise<number> {
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const over = await this.accounts.graceOver(tx, today, chunkSize);
      await this.accounts.save(
        tx,
        over.map((account) =>
          step(unchanged({ ...account, next: null }), 'DELETED', {
            on: account.closingEndsOn ?? today,
            cause: 'DAY',
          }),
        ),
      );
      return over.length;
    });
  }
}
