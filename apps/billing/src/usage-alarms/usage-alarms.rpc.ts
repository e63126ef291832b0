import { Controller } from '@nestjs/common';
import { BillingService, type ListUsageAboveOrdersRequest } from '#libs/contracts';
import { type Caller, requireMarket } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { ListUsageAboveOrders } from './list-usage-above-orders.js';

const alarmsMax = 200;

@Controller()
export class UsageAlarmsRpc {
  constructor(private readonly usageAboveOrders: ListUsageAboveOrders) {}

  @Answers(BillingService.method.listUsageAboveOrders)
  async list({ marketCode }: ListUsageAboveOrdersRequest, caller: Caller) {
    requireMarket(caller, marketCode);
    const { until, alarms } = await this.usageAboveOrders.execute(marketCode);
    return {
      until,
      total: alarms.length,
      alarms: alarms.slice(0, alarmsMax).map(({ period, accountDays, worst, ...about }) => ({
        ...about,
        period: { startsOn: period.start, endsOn: period.end },
        accountDays,
        worstOn: worst.on,
        openAccounts: worst.used,
        ordered: worst.ordered,
      })),
    };
  }
}
