import { Module } from '@nestjs/common';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { MembersModule } from '../members/members.module.js';
import { ListUsageAboveOrders } from './list-usage-above-orders.js';
import { UsageAlarmsRpc } from './usage-alarms.rpc.js';

// The door for billing-runs.
export { ListUsageAboveOrders };

@Module({
  imports: [MembersModule, InvoicesModule],
  controllers: [UsageAlarmsRpc],
  providers: [ListUsageAboveOrders],
  exports: [ListUsageAboveOrders],
})
export class UsageAlarmsModule {}
