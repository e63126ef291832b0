import { Injectable } from '@nestjs/common';
import {
  GetGroupTotalsResponseSchema,
  MemberActivitySchema,
  type MemberActivity,
} from '#libs/contracts';
import { mayIn, requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import { tell } from '../tell.js';
import { MemberCopies, type Usage } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import type { MarketPageQuery, MarketQuery } from './governance.dto.js';

// A market has some 1,100 members at most; the pages of the owner are bounded by 200.
const pagesMax = 20;
const pageRows = 200;

/** Information on the group's activity (GOV-1): a member its own detail and the totals, the coordinator all (SUP-3). */
@Injectable()
export class GroupActivity {
  constructor(
    private readonly clients: Clients,
    private readonly copies: MemberCopies,
  ) {}

  async page(visitor: Visitor, { market, ...page }: MarketPageQuery) {
    const totals = await this.totals(visitor, { market });
    const answer = await this.of(visitor).listActivity({ marketCode: market, ...page });
    const members = await this.withUsage(visitor, market, answer.members);
    return { ...totals, members, nextCursor: answer.nextCursor };
  }

  /** Whole, for a file. */
  async all(visitor: Visitor, { market }: MarketQuery) {
    const totals = await this.totals(visitor, { market });
    const found: MemberActivity[] = [];
    let cursor = '';
    for (let page = 0; page < pagesMax; page += 1) {
      const asked = { marketCode: market, limit: pageRows, cursor };
      const answer = await this.of(visitor).listActivity(asked);
      found.push(...answer.members);
      cursor = answer.nextCursor;
      if (cursor === '') break;
    }
    return { ...totals, members: await this.withUsage(visitor, market, found) };
  }

  private async totals(visitor: Visitor, { market }: MarketQuery) {
    requireMarket(visitor, market);
    const answer = await this.of(visitor).getGroupTotals({ marketCode: market });
    const { on, ...totals } = tell(GetGroupTotalsResponseSchema, answer);
    return { on, totals };
  }

  // The owner has judged already: a mistake of its must not show here (SUP-3).
  private async withUsage(visitor: Visitor, market: string, found: readonly MemberActivity[]) {
    const visible = mayIn(visitor, market, 'coordinator')
      ? found
      : found.filter(({ organisationId }) => organisationId === visitor.organisationId);
    const usage = await this.copies.usage(visible.map(({ membershipId }) => membershipId));
    return visible.map((member) => toActivity(member, usage.get(member.membershipId)));
  }

  private of(visitor: Visitor) {
    return this.clients.of(visitor).activity;
  }
}

export type ActivityRow = ReturnType<typeof toActivity>;
export type WholeActivity = Awaited<ReturnType<GroupActivity['all']>>;

function toActivity(member: MemberActivity, usage: Usage | undefined) {
  const { organisationId: _organisationId, period, ...told } = tell(MemberActivitySchema, member);
  return {
    ...told,
    startsOn: period?.startsOn ?? '',
    endsOn: period?.endsOn ?? '',
    // As last told by provisioning; null where it has told nothing.
    seatsHeld: usage?.held ?? null,
    waiting: usage?.waiting ?? null,
  };
}
