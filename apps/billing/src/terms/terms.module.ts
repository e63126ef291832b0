import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { BillingTermsOfMembers } from './billing-terms-of-members.pg.js';
import { BillingTermsRpc } from './billing-terms.rpc.js';
import { ViewBillingTerms } from './view-billing-terms.js';

@Module({
  imports: [MembersModule],
  controllers: [BillingTermsRpc],
  providers: [BillingTermsOfMembers, ViewBillingTerms],
})
export class TermsModule {}
