import { Controller } from '@nestjs/common';
import {
  BillingService,
  type GetBillingRunRequest,
  type ListBillingRunsRequest,
  type RetryBillingRunMemberRequest,
  type RunBillingRequest,
} from '#libs/contracts';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { localDate } from '#libs/time';
import { type BillingRun, BillingRuns } from './billing-runs.pg.js';
import { RetryRunMember } from './retry-run-member.js';
import { RunBilling } from './run-billing.js';
import { RunMembers } from './run-members.pg.js';

const failuresMax = 200;

@Controller()
export class BillingRunsRpc {
  constructor(
    private readonly runBilling: RunBilling,
    private readonly retryMember: RetryRunMember,
    private readonly runs: BillingRuns,
    private readonly members: RunMembers,
  ) {}

  @Answers(BillingService.method.runBilling)
  async run({ marketCode, periodEndsOn, idempotencyKey }: RunBillingRequest, caller: Caller) {
    requireMarket(caller, marketCode);
    return this.runBilling.execute({
      ...{ marketCode, periodEndsOn: localDate(periodEndsOn), caller, idempotencyKey },
    });
  }

  @Answers(BillingService.method.getBillingRun)
  async get({ runId }: GetBillingRunRequest, caller: Caller) {
    const run = await this.seen(caller, runId);
    const counts = await this.members.counts(run.runId);
    const failures = await this.members.parked(run.runId, failuresMax);
    return { run: toRun(run), ...counts, failures, heldUp: run.heldUp };
  }

  @Answers(BillingService.method.retryBillingRunMember)
  async retry({ runId, ...request }: RetryBillingRunMemberRequest, caller: Caller) {
    await this.seen(caller, runId);
    const { membershipId, idempotencyKey } = request;
    await this.retryMember.execute({ runId, membershipId, caller, idempotencyKey });
    return {};
  }

  @Answers(BillingService.method.listBillingRuns)
  async list({ marketCode }: ListBillingRunsRequest, caller: Caller) {
    requireMarket(caller, marketCode);
    return { runs: (await this.runs.ofMarket(marketCode)).map(toRun) };
  }

  /** Throws NotVisible where it does not exist or is another market's: nobody can tell which. */
  private async seen(caller: Caller, runId: string): Promise<BillingRun> {
    const run = await this.runs.find(runId);
    if (run === undefined) throw new NotVisible();
    requireMarket(caller, run.marketCode);
    return run;
  }
}

const toRun = ({ runId, period, requestedOn, invoices }: BillingRun) => ({
  ...{ runId, requestedOn, invoices },
  period: { startsOn: period.start, endsOn: period.end },
});
