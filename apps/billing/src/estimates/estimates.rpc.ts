import { Controller } from '@nestjs/common';
import { BillingService, type EstimateCostRequest } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { EstimateCost } from './estimate-cost.js';

@Controller()
export class EstimatesRpc {
  constructor(private readonly estimateCost: EstimateCost) {}

  @Answers(BillingService.method.estimateCost)
  async estimate({ membershipId, changes }: EstimateCostRequest, caller: Caller) {
    const { membershipVersion, invoicedUntil, horizons, ...rest } = await this.estimateCost.execute(
      {
        membershipId,
        changes: changes.map((change) => ({ ...change, delta: change.delta })),
        caller,
      },
    );
    return {
      ...rest,
      membershipVersion,
      invoicedUntil: invoicedUntil ?? '',
      horizons: horizons.map(({ name, period, ...amounts }) => ({
        name,
        period: { startsOn: period.start, endsOn: period.end },
        ...amounts,
      })),
    };
  }
}
