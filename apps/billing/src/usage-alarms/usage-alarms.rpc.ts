import { type MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import {
  type ListUsageAboveOrdersRequest,
  type ListUsageAboveOrdersResponseSchema,
} from '#libs/contracts';
import { type Caller, CurrentCaller, requireMarket } from '#libs/identity';
import { ListUsageAboveOrders } from './list-usage-above-orders.js';

const alarmsMax = 200;

@Controller()
export class UsageAlarmsRpc {
  constructor(private readonly usageAboveOrders: ListUsageAboveOrders) {}

  @GrpcMethod('BillingService', 'ListUsageAboveOrders')
  async list(
    @Payload() { marketCode }: ListUsageAboveOrdersRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof ListUsageAboveOrdersResponseSchema>> {
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
