import { Injectable } from '@nestjs/common';
import { BusinessDate, PendingWork } from '#libs/messaging';
import { Gauge, registry } from '#libs/observability';
import { DomainError } from '#libs/problems';
import { Erasures } from './erasures.pg.js';
import { ProvenErasures } from './proven-erasures.pg.js';

const overdue = new Gauge({
  name: 'ent_erasures_overdue',
  help: 'People who left more than three months ago and are not erased',
  registers: [registry],
});

const unproven = new Gauge({
  name: 'ent_erasures_unproven',
  help: 'Erasures of which the last proof found something that nothing allows',
  registers: [registry],
});

/** While somebody is due and not erased, the day is not quiet (MKT-4). */
@Injectable()
export class PendingErasures extends PendingWork {
  constructor(
    private readonly erasures: Erasures,
    private readonly proven: ProvenErasures,
    private readonly businessDate: BusinessDate,
  ) {
    super();
  }

  override async count(): Promise<number> {
    try {
      const counted = await this.erasures.count(await this.businessDate.today());
      overdue.set(counted.overdue);
      unproven.set(await this.proven.unexpected());
      return counted.due;
    } catch (error) {
      // Before the first day nobody can be due.
      if (error instanceof DomainError) return 0;
      throw error;
    }
  }
}
