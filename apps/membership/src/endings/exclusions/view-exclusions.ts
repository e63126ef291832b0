import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket, requireOrganisation } from '#libs/identity';
import { ExclusionReader, type ExclusionView } from './exclusions.reader.js';

/** Exclusions: a member its own, the coordinator those of its markets (SUP-3). */
@Injectable()
export class ViewExclusions {
  constructor(private readonly exclusions: ExclusionReader) {}

  async of(input: { membershipId: string; caller: Caller }): Promise<ExclusionView | undefined> {
    const owner = await this.exclusions.ownerOf(input.membershipId);
    if (!owner) throw new NotVisible();
    requireOrganisation(input.caller, owner.organisationId);
    requireMarket(input.caller, owner.marketCode);
    return this.exclusions.find(input.membershipId);
  }

  /** One row more than `limit` where there is one. */
  list(input: {
    marketCode: string;
    after: readonly [string, string] | undefined;
    limit: number;
    caller: Caller;
  }): Promise<ExclusionView[]> {
    requireMarket(input.caller, input.marketCode);
    return this.exclusions.list(input.marketCode, input.after, input.limit + 1);
  }
}
