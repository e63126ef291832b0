import { type MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { type EstimateCostRequest, type EstimateCostResponseSchema } from '#libs/contracts';
import { type Caller, CurrentCaller } from '#libs/identity';
import { EstimateCost } from './estimate-cost.js';

@Controller()
export class EstimatesRpc {
  constructor(private readonly estimateCost: EstimateCost) {}

  @GrpcMethod('BillingService', 'EstimateCost')
  async estimate(
    @Payload() { membershipId, changes }: EstimateCostRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof EstimateCostResponseSchema>> {
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
