import { Injectable } from '@nestjs/common';
import { localDate, type LocalDate } from '#libs/time';
import { MeterPositions } from './meter-position.js';
import { type Recount, UsageReader } from './usage.reader.js';

/** The proof that the incremental figures are right: everything counted again from the facts (MTR-2). */
@Injectable()
export class RecountUsage {
  constructor(
    private readonly usage: UsageReader,
    private readonly positions: MeterPositions,
  ) {}

  /** `membershipId` empty: all. The service's day is not over, so it is not counted. */
  async execute(membershipId: string): Promise<Recount & { readonly until: LocalDate }> {
    const until = (await this.positions.businessDate()) ?? localDate('1900-01-01');
    return { ...(await this.usage.recount(membershipId, until)), until };
  }
}
