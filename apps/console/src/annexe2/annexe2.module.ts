import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { Annexe2Controller } from './annexe2.controller.js';
import { MemberAnnexe2 } from './member-annexe2.js';

@Module({
  imports: [MembersModule],
  controllers: [Annexe2Controller],
  providers: [MemberAnnexe2],
})
export class Annexe2Module {}
