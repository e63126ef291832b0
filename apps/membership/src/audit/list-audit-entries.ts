import { Injectable } from '@nestjs/common';
import type { ListAuditEntriesRequest } from '#libs/contracts';
import { type Asked, mayIn, NotVisible, requireMarket } from '#libs/identity';
import { MembershipViews } from '../adhesion/memberships/register.module.js';
import { AuditEntries, type AuditScope, type AuditEntryView } from './audit-entries.pg.js';

type JournalAsked = Asked<Omit<ListAuditEntriesRequest, 'cursor'>, { before: number | undefined }>;

/** The journal: to the coordinator and the administrator of their markets, to a member of its own membership (SUP-3). */
@Injectable()
export class ListAuditEntries {
  constructor(
    private readonly entries: AuditEntries,
    private readonly memberships: MembershipViews,
  ) {}

  /** One row more than `limit` where there is one. Throws NotVisible. */
  async execute(input: JournalAsked): Promise<AuditEntryView[]> {
    const { subject, action, before, limit } = input;
    const scope = await this.scopeOf(input);
    return this.entries.list({ scope, subject, action, before, limit: limit + 1 });
  }

  private async scopeOf({ marketCode, membershipId, caller }: JournalAsked): Promise<AuditScope> {
    const ofGroup = (market: string) => mayIn(caller, market, 'coordinator', 'player');
    if (membershipId === '') {
      if (!ofGroup(marketCode)) throw new NotVisible();
      requireMarket(caller, marketCode);
      return { marketCode };
    }
    const owner = await this.memberships.ownerOf(membershipId);
    if (!owner || (!ofGroup(owner.marketCode) && owner.organisationId !== caller.organisationId)) {
      throw new NotVisible();
    }
    requireMarket(caller, owner.marketCode);
    const { organisationId, marketCode: membershipMarketCode } = owner;
    return { membershipId, organisationId, membershipMarketCode };
  }
}
