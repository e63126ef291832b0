import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { AdhesionsController } from './adhesions.controller.js';
import { DocumentsController } from './documents.controller.js';
import { GroupAdhesions } from './group-adhesions.js';
import { GroupDocuments } from './group-documents.js';
import { GroupInvitations } from './group-invitations.js';
import { InvitationsController } from './invitations.controller.js';
import { MemberFiles } from './member-files.js';
import { OrganisationsController } from './organisations.controller.js';

@Module({
  imports: [MembersModule],
  controllers: [
    DocumentsController,
    AdhesionsController,
    InvitationsController,
    OrganisationsController,
  ],
  providers: [GroupAdhesions, GroupDocuments, GroupInvitations, MemberFiles],
})
export class AdhesionModule {}
