import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { ActivityController } from './activity.controller.js';
import { AwardsController } from './awards.controller.js';
import { CommitteesController } from './committees.controller.js';
import { ExecutionDocumentsController } from './execution-documents.controller.js';
import { ExecutionDocuments } from './execution-documents.js';
import { GroupActivity } from './group-activity.js';
import { GroupCommittees } from './group-committees.js';
import { GroupTender } from './group-tender.js';
import { MemberArchive } from './member-archive.js';

/** The coordinator's duties, and what members see of them (GOV-1 to GOV-5). */
@Module({
  imports: [MembersModule],
  controllers: [
    ActivityController,
    AwardsController,
    CommitteesController,
    ExecutionDocumentsController,
  ],
  providers: [ExecutionDocuments, GroupActivity, GroupCommittees, GroupTender, MemberArchive],
})
export class GovernanceModule {}
