import { Injectable } from '@nestjs/common';
import { PendingWork } from '#libs/messaging';
import { RunMembers } from './run-members.pg.js';

/** The day is not quiet while memberships wait for their draft (MKT-4); one that is parked does not hold it up. */
@Injectable()
export class PendingRuns extends PendingWork {
  constructor(private readonly members: RunMembers) {
    super();
  }

  count(): Promise<number> {
    return this.members.waitingCount();
  }
}
