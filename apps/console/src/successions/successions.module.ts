import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { GroupSuccessions } from './group-successions.js';
import { SuccessionsController } from './successions.controller.js';

@Module({
  imports: [MembersModule],
  controllers: [SuccessionsController],
  providers: [GroupSuccessions],
})
export class SuccessionsModule {}
