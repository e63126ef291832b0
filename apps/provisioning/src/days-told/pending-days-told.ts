import { Injectable } from '@nestjs/common';
import { PendingWork } from '#libs/messaging';
import { DaysTold } from './days-told.pg.js';

/** The day is not quiet before the days that are over are stated (MKT-4); where that waits for a person, it is. */
@Injectable()
export class PendingDaysTold extends PendingWork {
  constructor(private readonly days: DaysTold) {
    super();
  }

  count(): Promise<number> {
    return this.days.untoldCount();
  }
}
