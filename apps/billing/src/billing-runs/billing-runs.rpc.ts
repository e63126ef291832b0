import { Controller } from '@nestjs/common';
import {
  BillingService,
  type GetBillingRunRequest,
  type ListBillingRunsRequest,
  type PreviewBillingRequest,
  type RetryBillingRunMemberRequest,
  type RunBillingRequest,
} from '#libs/contracts';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { localDate, type Period } from '#libs/time';
import { pageLimitOf } from '#libs/http';
import { type BillingRun, BillingRuns } from './billing-runs.pg.js';
import type { PreviewAmounts, PreviewTotals } from './domain/billing-preview.js';
import { PreviewBilling } from './preview-billing.js';
import { RetryRunMember } from './retry-run-member.js';
import { RunBilling } from './run-billing.js';
import { RunMembers } from './run-members.pg.js';

const failuresMax = 200;

@Controller()
export class BillingRunsRpc {
  constructor(
    private readonly runBilling: RunBilling,
    private readonly previewBilling: PreviewBilling,
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

  @Answers(BillingService.method.previewBilling)
  async preview({ marketCode, periodEndsOn, limit }: PreviewBillingRequest, caller: Caller) {
    requireMarket(caller, marketCode);
    const asked = { marketCode, periodEndsOn: localDate(periodEndsOn), limit: pageLimitOf(limit) };
    const found = await this.previewBilling.execute(asked);
    const { period, before, members, warned } = found;
    return {
      period: toPeriod(period),
      ...(before && { periodBefore: toPeriod(before) }),
      toDraft: toTotals(found.toDraft),
      alreadyThere: toTotals(found.alreadyThere),
      withoutLine: toTotals(found.withoutLine),
      refused: toTotals(found.refused),
      warned,
      members: members.map(({ amounts, before: was, refusal, warnings, ...member }) => ({
        ...member,
        amounts: toAmounts(amounts),
        ...(was && { before: toAmounts(was) }),
        code: refusal?.code ?? '',
        message: refusal?.message ?? '',
        warnings: [...warnings],
      })),
    };
  }

  @Answers(BillingService.method.getBillingRun)
  async get({ runId }: GetBillingRunRequest, caller: Caller) {
    const run = await this.seen(caller, runId);
    const counts = await this.members.counts(run.runId);
    const failures = await this.members.parked(run.runId, failuresMax);
    // Of one look: the worker drafts in between, and a run that is done would say fewer invoices than it drafted.
    const read = toRun({ ...run, invoices: counts.drafted });
    return { run: read, ...counts, failures, heldUp: run.heldUp };
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

const toPeriod = ({ start, end }: Period) => ({ startsOn: start, endsOn: end });

const toAmounts = ({ netCents, vatCents, totalCents }: PreviewAmounts) => ({
  ...{ netCents, vatCents, totalCents },
});

const toTotals = ({ members, amounts, before }: PreviewTotals) => ({
  ...{ members, amounts: toAmounts(amounts), before: toAmounts(before) },
});

const toRun = ({ runId, period, requestedOn, invoices }: BillingRun) => ({
  ...{ runId, requestedOn, invoices },
  period: toPeriod(period),
});
