import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { MemberStatements } from './member-statements.js';
import { StatementsController } from './statements.controller.js';

@Module({
  imports: [MembersModule],
  controllers: [StatementsController],
  providers: [MemberStatements],
})
export class StatementsModule {}
