import { type MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import {
  type ListBillingRunsRequest,
  type ListBillingRunsResponseSchema,
  type RunBillingRequest,
  type RunBillingResponseSchema,
} from '#libs/contracts';
import { type Caller, CurrentCaller, requireMarket } from '#libs/identity';
import { localDate } from '#libs/time';
import { BillingRuns } from './billing-runs.pg.js';
import { RunBilling } from './run-billing.js';

@Controller()
export class BillingRunsRpc {
  constructor(
    private readonly runBilling: RunBilling,
    private readonly runs: BillingRuns,
  ) {}

  /** Needs no idempotency key: a run again is the same run, and drafts nothing twice (BIL-5). */
  @GrpcMethod('BillingService', 'RunBilling')
  async run(
    @Payload() request: RunBillingRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof RunBillingResponseSchema>> {
    requireMarket(caller, request.marketCode);
    const { failures, ...counts } = await this.runBilling.execute({
      marketCode: request.marketCode,
      periodEndsOn: localDate(request.periodEndsOn),
      caller,
    });
    return { ...counts, failures: [...failures] };
  }

  @GrpcMethod('BillingService', 'ListBillingRuns')
  async list(
    @Payload() { marketCode }: ListBillingRunsRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof ListBillingRunsResponseSchema>> {
    requireMarket(caller, marketCode);
    return { runs: await this.runs.ofMarket(marketCode) };
  }
}
