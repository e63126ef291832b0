import { Module } from '@nestjs/common';
import { MembersModule } from '../members/members.module.js';
import { BillingTermsOfMembers } from './billing-terms-of-members.pg.js';
import { BillingTermsRpc } from './billing-terms.rpc.js';
import { RemindOfTerms } from './remind-of-terms.js';
import { ViewBillingTerms } from './view-billing-terms.js';

export { RemindOfTerms };

@Module({
  imports: [MembersModule],
  controllers: [BillingTermsRpc],
  providers: [BillingTermsOfMembers, RemindOfTerms, ViewBillingTerms],
})
export class TermsModule {}
