import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { MemberExclusions } from './member-exclusions.js';
import { MemberWithdrawals } from './member-withdrawals.js';
import { MembershipEndsController } from './membership-ends.controller.js';

@Module({
  imports: [MembersModule],
  controllers: [MembershipEndsController],
  providers: [MemberExclusions, MemberWithdrawals],
})
export class MembershipEndsModule {}
