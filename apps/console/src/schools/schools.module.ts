import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { MemberSchools } from './member-schools.js';
import { SchoolTransfersController } from './school-transfers.controller.js';
import { SchoolTransfers } from './school-transfers.js';
import { SchoolsController } from './schools.controller.js';

@Module({
  imports: [MembersModule],
  controllers: [SchoolsController, SchoolTransfersController],
  providers: [MemberSchools, SchoolTransfers],
})
export class SchoolsModule {}
