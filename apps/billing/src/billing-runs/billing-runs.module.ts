import { Module } from '@nestjs/common';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { MembersModule } from '../members/members.module.js';
import { UsageAlarmsModule } from '../usage-alarms/usage-alarms.module.js';
import { BeginRunsByCalendar } from './begin-runs-by-calendar.js';
import { BillingRuns } from './billing-runs.pg.js';
import { BillingRunsRpc } from './billing-runs.rpc.js';
import { MembershipHeads } from './membership-heads.gateway.js';
import { MembershipHeadsGateway } from './membership-heads.grpc-gateway.js';
import { PendingRuns } from './pending-runs.js';
import { PreviewBilling } from './preview-billing.js';
import { PreviewBooks } from './preview-books.pg.js';
import { RetryRunMember } from './retry-run-member.js';
import { RunBilling } from './run-billing.js';
import { RunMembers } from './run-members.pg.js';
import { RunWorker } from './run-worker.js';
import { WaitForCopy } from './wait-for-copy.js';
import { WorkOffRuns } from './work-off-runs.js';

export { BeginRunsByCalendar, PendingRuns };
export { BilledByCalendar } from './begin-runs-by-calendar.js';

@Module({
  imports: [MembersModule, InvoicesModule, UsageAlarmsModule],
  controllers: [BillingRunsRpc],
  providers: [
    RunBilling,
    BeginRunsByCalendar,
    PreviewBilling,
    PreviewBooks,
    RetryRunMember,
    WorkOffRuns,
    RunWorker,
    WaitForCopy,
    BillingRuns,
    RunMembers,
    PendingRuns,
    { provide: MembershipHeads, useClass: MembershipHeadsGateway },
  ],
  exports: [PendingRuns],
})
export class BillingRunsModule {}
