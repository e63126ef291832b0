import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { backOffMs, EntGateway, EntUnavailable } from '../ent/ent.module.js';
import { Accounts, step, unchanged } from '../accounts/accounts.module.js';
import { StructureReadings } from './structure-readings.pg.js';

/** PROVISIONED → ACTIVATED for whoever has logged in since: a school is read at most once a day. */
@Injectable()
export class ReadFirstUses {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly readings: StructureReadings,
    private readonly accounts: Accounts,
    private readonly ent: EntGateway,
  ) {}

  /** One school. Returns false when none is due. Reading twice finds the same. */
  async execute(): Promise<boolean> {
    const reading = await this.readings.next();
    if (!reading) return false;
    try {
      const users = await this.ent.usersOf(reading.structureId);
      const activated = users.filter(({ isActivated }) => isActivated).map(({ entId }) => entId);
      await this.unitOfWork.run(async (tx) => {
        const today = await this.businessDate.today(tx);
        const ids = await this.readings.provisionedAmong(tx, activated);
        const accounts = await this.accounts.byIds(tx, ids);
        await this.accounts.save(
          tx,
          [...accounts.values()]
            .filter(({ state }) => state === 'PROVISIONED')
            .map((account) => step(unchanged(account), 'ACTIVATED', { on: today, cause: 'ENT' })),
        );
        await this.readings.settle(tx, reading);
      });
    } catch (error) {
      if (!(error instanceof EntUnavailable)) throw error;
      const waitMs =
        error.retryInMs ??
        backOffMs(reading.attempts, { firstMs: 500, mostMs: 60_000, random: Math.random });
      await this.readings.postpone(reading, waitMs);
    }
    return true;
  }
}
