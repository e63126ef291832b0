import { Injectable } from '@nestjs/common';
import type { ListExclusionsRequest } from '#libs/contracts';
import { type AskedPage, type Caller, requireMarket, requireVisible } from '#libs/identity';
import { MembershipViews } from '../../adhesion/memberships/register.module.js';
import { Exclusions, type ExclusionView } from './exclusions.pg.js';

/** Exclusions: a member its own, the coordinator those of its markets (SUP-3). */
@Injectable()
export class ViewExclusions {
  constructor(
    private readonly exclusions: Exclusions,
    private readonly memberships: MembershipViews,
  ) {}

  async of(input: { membershipId: string; caller: Caller }): Promise<ExclusionView | undefined> {
    requireVisible(input.caller, await this.memberships.ownerOf(input.membershipId));
    return this.exclusions.find(input.membershipId);
  }

  /** One row more than `limit` where there is one. */
  list(input: AskedPage<ListExclusionsRequest>): Promise<ExclusionView[]> {
    requireMarket(input.caller, input.marketCode);
    return this.exclusions.list(input.marketCode, input.after, input.limit + 1);
  }
}
