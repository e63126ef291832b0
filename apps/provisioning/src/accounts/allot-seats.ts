import { Injectable } from '@nestjs/common';
import { event, SeatsAllottedSchema } from '#libs/contracts';
import { BusinessDate, Outbox } from '#libs/messaging';
import { UnitOfWork, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { PgAccounts, type Pool } from './accounts.pg-repository.js';
import type { Cause } from './domain/account.js';
import { grant, lose, refuse, seatsToMove } from './domain/seats.js';
import type { Account, Stepped } from './domain/step.js';
import { PgScope } from './scope.pg-repository.js';
import { PgSeatPools } from './seat-pools.pg-repository.js';

/** Accounts moved in one transaction at most; the mark stays until the pool is settled. */
const chunkSize = 2_000;

/** Brings the seats held of marked pools to what is ordered on the day of the mark (PRV-2, PRV-7). */
@Injectable()
export class AllotSeats {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly pools: PgSeatPools,
    private readonly accounts: PgAccounts,
    private readonly scope: PgScope,
    private readonly outbox: Outbox,
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
    const { on } = books;
    const reason = { on, cause };
    const { lost } = seatsToMove({ ...books, asking: 0n });
    const losers = lost === 0n ? [] : await this.accounts.latestHolders(tx, pool, bounded(lost));
    await this.accounts.save(
      tx,
      losers.map((account) => lose(account, reason)),
    );
    const held = books.held - BigInt(losers.length);
    if (held > books.ordered) return;
    await this.pools.setOrdered(tx, pool, books.ordered, on);
    const asking =
      held < books.ordered
        ? await this.accounts.asking(tx, pool, bounded(books.ordered - held))
        : [];
    await this.save(tx, asking, (account) => grant(account, reason), reason);
    const isFull = held + BigInt(asking.length) === books.ordered;
    const refused = isFull ? await this.accounts.undecided(tx, pool, chunkSize) : [];
    await this.save(tx, refused, (account) => refuse(account, reason), reason);
    if (asking.length === chunkSize || refused.length === chunkSize) return;
    await this.pools.settle(tx, pool, markedOn);
    const { waiting, ...now } = await this.pools.count(tx, pool);
    await this.outbox.add(
      tx,
      event(SeatsAllottedSchema, pool.membershipId, { ...pool, on, ...now, waiting }),
    );
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

function bounded(count: bigint): number {
  return count > BigInt(chunkSize) ? chunkSize : Number(count);
}
