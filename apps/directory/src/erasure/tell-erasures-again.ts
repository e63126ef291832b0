import { Injectable } from '@nestjs/common';
import { PersonErasedSchema, tombstone } from '#libs/contracts';
import { BusinessDate, Outbox } from '#libs/messaging';
import { UnitOfWork } from '#libs/persistence';
import { Erasures } from './erasures.pg.js';

const toldPerBatch = 1_000;

/**
 * Tells each tombstone once more after a week. Kafka compacts closed segments only, and closes one when something is
 * written: on a partition where nothing follows, the name would outlive its tombstone for ever (SUP-4).
 */
@Injectable()
export class TellErasuresAgain {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly erasures: Erasures,
    private readonly outbox: Outbox,
  ) {}

  /** One batch; how many were told. */
  async execute(): Promise<number> {
    return this.unitOfWork.run(async (tx) => {
      const day = await this.businessDate.today(tx);
      const ids = await this.erasures.takeToTellAgain(tx, day, toldPerBatch);
      await this.outbox.add(tx, ...ids.map((id) => tombstone(PersonErasedSchema, id)));
      return ids.length;
    });
  }
}
