import { Module } from '@nestjs/common';
import { MarketsModule } from '../../contract/markets/markets.module.js';
import { OrganisationsModule } from '../../organisations/organisations.module.js';
import { ImportInvitations } from './import-invitations.js';
import { Invitations } from './invitations.pg.js';
import { InvitationsRpc } from './invitations.rpc.js';
import { InviteOrganisations } from './invite-organisations.js';
import { RecordDecline } from './record-decline.js';
import { RecordReminder } from './record-reminder.js';
import { ViewCampaign } from './view-campaign.js';

@Module({
  imports: [MarketsModule, OrganisationsModule],
  controllers: [InvitationsRpc],
  providers: [
    Invitations,
    ImportInvitations,
    InviteOrganisations,
    RecordDecline,
    RecordReminder,
    ViewCampaign,
  ],
})
export class InvitationsModule {}
