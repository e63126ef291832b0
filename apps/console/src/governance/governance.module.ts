import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { ActivityController } from './activity.controller.js';
import { ArchiveController } from './archive.controller.js';
import { GroupActivity } from './group-activity.js';
import { MemberArchive } from './member-archive.js';

/** The coordinator's duties, and what members see of them (GOV-1 to GOV-5). */
@Module({
  imports: [MembersModule],
  controllers: [ActivityController, ArchiveController],
  providers: [GroupActivity, MemberArchive],
})
export class GovernanceModule {}
