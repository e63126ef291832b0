import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { Accounts, step, unchanged, UrgentBlocks } from '../accounts/accounts.module.js';
import { backOffMs, EntGateway, EntRefused, EntUnavailable } from '../ent/ent.module.js';

const returnedMax = 100;
const backOff = { firstMs: 250, mostMs: 15_000, random: Math.random };

/**
 * Tells the ENT of blocks that wait for no plan (PRV-8), one after the other. Repeated after a crash: a block has no second
 * effect there.
 */
@Injectable()
export class CarryOutUrgentBlocks {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly blocks: UrgentBlocks,
    private readonly accounts: Accounts,
    private readonly ent: EntGateway,
  ) {}

  /** Returns false when nothing was due. */
  async execute(): Promise<boolean> {
    const isAnySuspended = await this.suspendReturned();
    const block = await this.blocks.next();
    if (!block) return isAnySuspended;
    const { entId, wanted, isBlockedOtherwise } = block;
    try {
      if (entId !== null && (wanted || !isBlockedOtherwise))
        await this.ent.setBlocked(entId, wanted);
    } catch (error) {
      if (error instanceof EntUnavailable) {
        await this.blocks.postpone(
          block,
          error.retryInMs ?? backOffMs(Math.max(block.attempts, 1), backOff),
        );
        return true;
      }
      // The ENT has no such user: the comparison finds it missing.
      if (!(error instanceof EntRefused)) throw error;
    }
    await this.blocks.settle(block);
    return true;
  }

  private async suspendReturned(): Promise<boolean> {
    const accountIds = await this.blocks.returned(returnedMax);
    if (accountIds.length === 0) return false;
    await this.unitOfWork.run(async (tx) => {
      const locked = await this.accounts.byIds(tx, accountIds);
      const on = await this.businessDate.today(tx);
      const returned = await this.blocks.takeReturned(tx, accountIds);
      const suspended = returned.map(({ accountId, decidedBy, reason }) =>
        step(unchanged(locked.get(accountId)!), 'SUSPENDED', {
          on,
          cause: 'OPERATOR',
          decidedBy,
          reason,
        }),
      );
      await this.accounts.save(tx, suspended);
    });
    return true;
  }
}
