import { Controller } from '@nestjs/common';
import {
  BillingService,
  type ListBillingRunsRequest,
  type RunBillingRequest,
} from '#libs/contracts';
import { type Caller, requireMarket } from '#libs/identity';
import { Answers } from '#libs/rpc';
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
  @Answers(BillingService.method.runBilling)
  async run(request: RunBillingRequest, caller: Caller) {
    requireMarket(caller, request.marketCode);
    const { failures, ...counts } = await this.runBilling.execute({
      marketCode: request.marketCode,
      periodEndsOn: localDate(request.periodEndsOn),
      caller,
    });
    return { ...counts, failures: [...failures] };
  }

  @Answers(BillingService.method.listBillingRuns)
  async list({ marketCode }: ListBillingRunsRequest, caller: Caller) {
    requireMarket(caller, marketCode);
    return { runs: await this.runs.ofMarket(marketCode) };
  }
}
