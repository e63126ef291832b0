import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, marketsOf } from '#libs/identity';
import { defineProblem } from '#libs/problems';
import { decisionReason } from '../accounts/accounts.module.js';
import { EntRetries } from './ent-retries.pg.js';

export class EntFaultGone extends defineProblem('ENT_FAULT_GONE', 'conflict') {}

export type RetryInput = {
  readonly code: string;
  /** `CODE` or `CODE ticket` (accounts/domain/decision-reason.ts). */
  readonly reason: string;
  readonly idempotencyKey: string;
  readonly caller: Caller;
};

/**
 * All whom the ENT refused for one cause, in the caller's markets, are to be tried again (PRV-4): a person's decision, as the
 * retry of one account is. Who is tried stands now; the work loop tries them, a portion at a time.
 */
@Injectable()
export class RetryFault {
  constructor(
    private readonly commands: Commands,
    private readonly retries: EntRetries,
  ) {}

  /** Returns the id of the retry. Throws InputInvalid, EntFaultGone. */
  async execute({ code, caller, idempotencyKey, ...input }: RetryInput): Promise<string> {
    const reason = decisionReason(input.reason);
    const { retryId } = await this.commands.attempt(
      {
        operation: 'RetryEntFault',
        action: 'ent-fault.retried',
        request: { code, reason },
        ...{ caller, idempotencyKey },
        refused: { subject: `ent-fault:${code}`, details: { reason } },
      },
      async (tx, askedOn, journal) => {
        const retry = { retryId: randomUUID(), code, reason, askedBy: caller.userId, askedOn };
        const accounts = await this.retries.begin(tx, retry, marketsOf(caller));
        if (accounts === 0) throw gone();
        await journal({ details: { reason, accounts, retryId: retry.retryId } });
        return { retryId: retry.retryId };
      },
    );
    return retryId;
  }
}

const gone = () =>
  new EntFaultGone(
    'Plus aucun compte n’attend pour cette cause, ou une reprise les essaie déjà. Relisez la liste.',
  );
