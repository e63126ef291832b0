import { Injectable } from '@nestjs/common';
import { type Caller, marketsOf } from '#libs/identity';
import { localDate, type LocalDate } from '#libs/time';
import { MeterPositions } from './meter-positions.js';
import { requireMembership } from './require-membership.js';
import { type Standing, TakeStanding } from './take-standing.js';
import { type Recount, UsageReader } from './usage.reader.js';

export type RecountStated = Recount &
  Pick<Standing, 'complete' | 'waiting'> & { readonly until: LocalDate };

/** The proof that the incremental figures are right: everything counted again from the facts (MTR-2). */
@Injectable()
export class RecountUsage {
  constructor(
    private readonly usage: UsageReader,
    private readonly positions: MeterPositions,
    private readonly standing: TakeStanding,
  ) {}

  /**
   * `membershipId` empty: all of the caller's markets, for processes really all (SUP-1). The service's
   * day is not over, so it is not counted. Throws NotVisible.
   */
  async execute(caller: Caller, membershipId: string): Promise<RecountStated> {
    if (membershipId !== '') await requireMembership(this.usage, caller, membershipId);
    const until = (await this.positions.businessDate()) ?? localDate('1900-01-01');
    const markets = marketsOf(caller);
    // Facts that wait are in neither of the two figures: they agree, and are both too old.
    const { complete, waiting } = await this.standing.execute(until, { membershipId, markets });
    return {
      ...(await this.usage.recount(membershipId, until, markets)),
      complete,
      waiting,
      until,
    };
  }
}
