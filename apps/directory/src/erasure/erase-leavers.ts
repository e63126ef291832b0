import { Injectable } from '@nestjs/common';
import { PersonErasedSchema, tombstone } from '#libs/contracts';
import { BusinessDate, Outbox } from '#libs/messaging';
import { audit, UnitOfWork } from '#libs/persistence';
import { PersonFacts } from '../people/people.module.js';
import { ImportTurn } from '../synchronisation/synchronisation.module.js';
import { Erasures } from './erasures.pg.js';

/** People in one transaction: a rentrée's leavers fall due on one day, and the day waits for none of them. */
export const erasedPerBatch = 1_000;

/** Erases whoever has been gone long enough (SUP-4); the proof and the journal hold ids and days only. */
@Injectable()
export class EraseLeavers {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly imports: ImportTurn,
    private readonly erasures: Erasures,
    private readonly facts: PersonFacts,
    private readonly outbox: Outbox,
  ) {}

  /**
   * One batch, whole or not at all: whoever goes on after a crash finds the others still due. It takes the turn of
   * imports, so that nobody is told again, or returns, beside their erasure. How many; 0: none is due, or an import runs.
   */
  async execute(limit = erasedPerBatch): Promise<number> {
    const { due } = await this.erasures.count(await this.businessDate.today());
    if (due === 0) return 0;
    return this.unitOfWork.run(async (tx) => {
      if (!(await this.imports.take(tx))) return 0;
      const day = await this.businessDate.today(tx);
      const { erasedIds, relativeIds } = await this.erasures.erase(tx, day, limit);
      if (erasedIds.length === 0) return 0;
      await this.outbox.add(tx, ...erasedIds.map((id) => tombstone(PersonErasedSchema, id)));
      await this.outbox.add(tx, ...(await this.facts.of(tx, relativeIds, '')));
      await audit(tx, {
        actor: 'directory',
        action: 'leavers.erased',
        subject: `day:${day}`,
        businessDate: day,
        details: { count: erasedIds.length, personIds: erasedIds },
      });
      return erasedIds.length;
    });
  }
}
