import { Injectable } from '@nestjs/common';
import type { ListInvitationsRequest } from '#libs/contracts';
import { type AskedPage, type Caller, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { Markets } from '../../contract/markets/markets.module.js';
import {
  type Campaign,
  type InvitationState,
  invitationStates,
  isReminderDue,
  stateOf,
} from './domain/invitation.js';
import { type InvitationRow, Invitations } from './invitations.pg.js';

export type InvitationView = InvitationRow & {
  readonly state: InvitationState;
  readonly isReminderDue: boolean;
};
type Asked = { readonly marketCode: string; readonly caller: Caller };

/** Where a campaign stands today: counts per state, who is to be reminded. */
@Injectable()
export class ViewCampaign {
  constructor(
    private readonly invitations: Invitations,
    private readonly markets: Markets,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws MarketUnknown. */
  async campaignOf(marketCode: string): Promise<Campaign> {
    const { market } = await this.markets.find(marketCode);
    return {
      deadline: market.calendar.adhesionDeadline,
      silentAfterDays: await this.invitations.silentAfterDays(marketCode),
    };
  }

  async counts({ marketCode, caller }: Asked) {
    requireMarket(caller, marketCode);
    const campaign = await this.campaignOf(marketCode);
    const all = await this.all(marketCode, campaign);
    const counts = invitationStates.map((state) => ({
      state,
      count: all.filter((one) => one.state === state).length,
    }));
    const remindersDue = all.filter((one) => one.isReminderDue).length;
    return { marketCode, campaign, counts, remindersDue, total: all.length };
  }

  /** By name; one row more than `limit` where there is one. */
  async list(
    asked: AskedPage<Omit<ListInvitationsRequest, 'state'>> & { readonly state?: InvitationState },
  ): Promise<InvitationView[]> {
    const { marketCode, caller, state, dueOnly, after, limit } = asked;
    requireMarket(caller, marketCode);
    const all = await this.all(marketCode, await this.campaignOf(marketCode));
    const from = after ? all.findIndex((one) => one.invitationId === after[1]) + 1 : 0;
    return all
      .slice(from)
      .filter(
        (one) => (state === undefined || one.state === state) && (!dueOnly || one.isReminderDue),
      )
      .slice(0, limit + 1);
  }

  private async all(marketCode: string, campaign: Campaign): Promise<InvitationView[]> {
    const today = await this.businessDate.today();
    const rows = await this.invitations.all(marketCode);
    return rows.map((row) => ({
      ...row,
      state: stateOf(row, campaign, today),
      isReminderDue: isReminderDue(row, campaign, today),
    }));
  }
}
