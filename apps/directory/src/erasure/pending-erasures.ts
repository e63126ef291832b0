import { Injectable } from '@nestjs/common';
import { BusinessDate, PendingWork } from '#libs/messaging';
import { Gauge, registry } from '#libs/observability';
import { DomainError } from '#libs/problems';
import { Erasures } from './erasures.pg.js';

const overdue = new Gauge({
  name: 'ent_erasures_overdue',
  help: 'People who left more than three months ago and are not erased',
  registers: [registry],
});

/** While somebody is due and not erased, the day is not quiet (MKT-4). */
@Injectable()
export class PendingErasures extends PendingWork {
  constructor(
    private readonly erasures: Erasures,
    private readonly businessDate: BusinessDate,
  ) {
    super();
  }

  override async count(): Promise<number> {
    try {
      const counted = await this.erasures.count(await this.businessDate.today());
      overdue.set(counted.overdue);
      return counted.due;
    } catch (error) {
      // Before the first day nobody can be due.
      if (error instanceof DomainError) return 0;
      throw error;
    }
  }
}
