import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { BillingNotParked } from './run-problems.js';
import { RunMembers } from './run-members.pg.js';

export type RetryRunMemberInput = {
  readonly runId: string;
  readonly membershipId: string;
  readonly caller: Caller;
  readonly idempotencyKey: string;
};

/** Takes up one membership that a run has set aside, and nobody else (BIL-5). */
@Injectable()
export class RetryRunMember {
  constructor(
    private readonly commands: Commands,
    private readonly members: RunMembers,
  ) {}

  /** Throws BillingNotParked. */
  async execute({
    runId,
    membershipId,
    caller,
    idempotencyKey,
  }: RetryRunMemberInput): Promise<void> {
    // PostgreSQL keeps no NUL, so nobody is called that: it is no fault of ours that it is asked.
    if (membershipId.includes('\0')) throw new BillingNotParked('');
    await this.commands.run(
      {
        operation: 'RetryBillingRunMember',
        action: 'billing-run.retried',
        subject: `billing-run:${runId}`,
      },
      { runId, membershipId, caller, idempotencyKey },
      async (tx) => {
        if (!(await this.members.takeUpParked(tx, runId, membershipId))) {
          throw new BillingNotParked(membershipId);
        }
        return membershipId;
      },
    );
  }
}
