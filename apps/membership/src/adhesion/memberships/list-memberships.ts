import { Injectable } from '@nestjs/common';
import type { ListMembershipsRequest } from '#libs/contracts';
import {
  type AskedPage,
  type Caller,
  marketsOf,
  NotVisible,
  organisationSeen,
  requireMarket,
  requireVisible,
} from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { type MembershipView, MembershipViews } from './membership-views.pg.js';

/** Memberships as the caller may see them: a member its own only (SUP-3). */
@Injectable()
export class ListMemberships {
  constructor(
    private readonly memberships: MembershipViews,
    private readonly businessDate: BusinessDate,
  ) {}

  async find(input: { membershipId: string; caller: Caller }): Promise<MembershipView> {
    const { membershipId, caller } = input;
    const membership = await this.memberships.find(membershipId, await this.businessDate.today());
    if (!membership) throw new NotVisible();
    const { organisation, marketCode } = membership;
    requireVisible(caller, { ...organisation, marketCode });
    return membership;
  }

  /** One row more than `limit` where there is one. */
  async list(input: AskedPage<ListMembershipsRequest>): Promise<MembershipView[]> {
    const { caller, marketCode, organisationId } = input;
    if (marketCode !== '') requireMarket(caller, marketCode);
    // Rights end with the market; processes work for all of them.
    const marketCodes = marketCode === '' ? marketsOf(caller) : [marketCode];
    const seen = organisationSeen(caller, marketCode);
    if (seen !== '' && organisationId !== '' && organisationId !== seen) throw new NotVisible();
    return this.memberships.list({
      ...(marketCodes ? { marketCodes } : {}),
      ...(input.after ? { after: input.after } : {}),
      organisationId: seen === '' ? organisationId : seen,
      on: await this.businessDate.today(),
      limit: input.limit + 1,
    });
  }
}
