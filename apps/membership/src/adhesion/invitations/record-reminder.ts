import { Injectable } from '@nestjs/common';
import type { RecordReminderRequest } from '#libs/contracts';
import { type Asked, requireMarket } from '#libs/identity';
import { Commands } from '#libs/commands';
import { checkReminder, InvitationUnknown, type Reminder } from './domain/invitation.js';
import { Invitations } from './invitations.pg.js';
import { ViewCampaign } from './view-campaign.js';

export type RecordReminderInput = Asked<RecordReminderRequest, { reminder: Reminder }>;

/** Organisations were reminded, by letter, mail, telephone or at a meeting: all of these, or none. */
@Injectable()
export class RecordReminder {
  constructor(
    private readonly commands: Commands,
    private readonly invitations: Invitations,
    private readonly campaigns: ViewCampaign,
  ) {}

  /** Throws InvitationUnknown, NothingToRemind, ReminderDateInvalid. */
  async execute(input: RecordReminderInput): Promise<{ reminded: number }> {
    const { marketCode, reminder, caller } = input;
    requireMarket(caller, marketCode);
    const invitationIds = [...new Set(input.invitationIds)];
    const campaign = await this.campaigns.campaignOf(marketCode);
    return this.commands.run(
      {
        operation: 'RecordReminder',
        action: 'organisations.reminded',
        subject: `market:${marketCode}`,
      },
      input,
      async (tx, today) => {
        await this.invitations.openCampaign(tx, marketCode);
        const known = new Map(
          (await this.invitations.all(marketCode, tx)).map((row) => [row.invitationId, row]),
        );
        for (const invitationId of invitationIds) {
          const invitation = known.get(invitationId);
          if (!invitation) {
            throw new InvitationUnknown('Cette invitation n’est pas de cette campagne.', {
              invitationId,
            });
          }
          checkReminder(invitation, campaign, reminder, today);
        }
        const recorded = { by: caller.userId, on: today };
        await this.invitations.addReminders(tx, invitationIds, reminder, recorded);
        return { reminded: invitationIds.length };
      },
    );
  }
}
