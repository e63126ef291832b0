import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { Accounts, askAgain, step, unchanged } from '../accounts/accounts.module.js';
import { nextPortion } from './domain/retry-portion.js';
import { EntRetries, type Retry } from './ent-retries.pg.js';

/**
 * The next portion of the oldest retry: whom the ENT gave up goes back to PROVISIONING, work that it refused is due now. Who
 * is not refused for that cause any more is left alone. One transaction: killed within it, the portion is taken again.
 */
@Injectable()
export class CarryOutRetries {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly retries: EntRetries,
    private readonly accounts: Accounts,
  ) {}

  /** Whether anything was done. */
  execute(): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      const retry = await this.retries.running(tx);
      if (!retry) return false;
      await this.retries.settle(tx, retry.retryId);
      const next = nextPortion(await this.retries.figures(tx, retry.retryId));
      if (next.is === 'REST') return false;
      if (next.is === 'END') await this.retries.end(tx, retry.retryId, next.as);
      else await this.take(tx, retry, next.accounts);
      return true;
    });
  }

  private async take(
    tx: Transaction,
    { retryId, code, reason, askedBy }: Retry,
    most: number,
  ): Promise<void> {
    const accountIds = await this.retries.waiting(tx, retryId, most);
    const on = await this.businessDate.today(tx);
    const failed = [...(await this.accounts.byIds(tx, accountIds)).values()].filter(
      ({ state, failureCode }) => state === 'FAILED' && failureCode === code,
    );
    const decision = { on, cause: 'OPERATOR', decidedBy: askedBy, reason } as const;
    await this.accounts.save(
      tx,
      failed.map((account) => step(unchanged(account), 'PROVISIONING', decision)),
    );
    const due = await askAgain(tx, accountIds, code);
    await this.retries.taken(tx, retryId, accountIds, [
      ...failed.map(({ accountId }) => accountId),
      ...due,
    ]);
  }
}
