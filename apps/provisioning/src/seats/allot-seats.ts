import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { UnitOfWork, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import {
  type Account,
  type Cause,
  grant,
  lose,
  Accounts,
  Scope,
  type Pool,
  refuse,
  seatsToMove,
  type Stepped,
} from '../accounts/accounts.module.js';
import { overrunOn } from './domain/tolerance.js';
import { SeatPools } from './seat-pools.pg.js';
import { TellOfSeats } from './tell-of-seats.js';

/** Accounts moved in one transaction at most; the mark stays until the pool is settled. */
const chunkSize = 2_000;

/** Brings the seats held of marked pools to what is ordered, or tolerated beyond it, on the day of the mark (PRV-2, PRV-7). */
@Injectable()
export class AllotSeats {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly pools: SeatPools,
    private readonly accounts: Accounts,
    private readonly scope: Scope,
    private readonly tellOfSeats: TellOfSeats,
  ) {}

  /** One chunk of one pool, oldest day first. Returns false when nothing is due. */
  execute(): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      await this.businessDate.today(tx);
      const mark = await this.pools.nextMark(tx);
      if (!mark) return false;
      await this.allot(tx, mark, mark.on, mark.cause);
      return true;
    });
  }

  private async allot(
    tx: Transaction,
    pool: Pool,
    markedOn: LocalDate,
    cause: Cause,
  ): Promise<void> {
    const books = await this.pools.lock(tx, pool, markedOn);
    const { on, ordered } = books;
    const reason = { on, cause };
    const overrun = overrunOn(on, { ...books, needed: books.held + books.asking });
    const limit = ordered + overrun.tolerated;
    const { lost } = seatsToMove({ limit, held: books.held, asking: 0 });
    const losers = lost === 0 ? [] : await this.accounts.latestHolders(tx, pool, bounded(lost));
    await this.accounts.save(
      tx,
      losers.map((account) => lose(account, reason)),
    );
    const held = books.held - losers.length;
    if (held > limit) return;
    await this.pools.setLimit(tx, pool, { ...overrun, ordered, on });
    const asking = held < limit ? await this.accounts.asking(tx, pool, bounded(limit - held)) : [];
    await this.save(tx, asking, (account) => grant(account, reason), reason);
    const isFull = held + asking.length === limit;
    const refused = isFull ? await this.accounts.undecided(tx, pool, chunkSize) : [];
    await this.save(tx, refused, (account) => refuse(account, reason), reason);
    if (asking.length === chunkSize || refused.length === chunkSize) return;
    await this.pools.settle(tx, pool, markedOn);
    await this.tellOfSeats.execute(tx, pool, on);
  }

  /** Who comes from another pool frees a seat there: that pool is looked at next. */
  private async save(
    tx: Transaction,
    accounts: readonly Account[],
    decide: (account: Account) => Stepped,
    { on, cause }: { on: LocalDate; cause: Cause },
  ): Promise<void> {
    await this.accounts.save(tx, accounts.map(decide));
    const left = accounts.filter(({ next, place }) => next !== null && place.itemCode !== '');
    await this.scope.markPools(
      tx,
      left
        .filter(
          ({ next, place }) =>
            next?.membershipId !== place.membershipId || next.itemCode !== place.itemCode,
        )
        .map(({ place: { membershipId, itemCode } }) => ({ membershipId, itemCode, on, cause })),
    );
  }
}

function bounded(count: number): number {
  return Math.min(count, chunkSize);
}
