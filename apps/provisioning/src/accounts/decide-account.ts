import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import {
  answerOrThrow,
  audit,
  type AuditEntry,
  once,
  requestHashOf,
  UnitOfWork,
} from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import { PgAccounts } from './accounts.pg-repository.js';
import type { AccountState } from './domain/account.js';
import { decisionReason } from './domain/decision-reason.js';
import { step, unchanged, type Account } from './domain/step.js';

export class StateNotFit extends defineProblem('ACCOUNT_STATE_NOT_FIT', 'conflict') {}

export type Decision = 'SUSPEND' | 'RESUME' | 'RETRY';
export type DecideInput = {
  readonly accountId: string;
  readonly decision: Decision;
  /** `CODE` or `CODE ticket` (domain/decision-reason.ts). */
  readonly reason: string;
  readonly idempotencyKey: string;
  readonly caller: Caller;
};

const froms: Readonly<Record<Decision, readonly AccountState[]>> = {
  SUSPEND: ['PROVISIONED', 'ACTIVATED'],
  RESUME: ['SUSPENDED'],
  RETRY: ['FAILED'],
};

/** An authorised person's decision about one account: a fact of today, with its reason and author (PRV-3). */
@Injectable()
export class DecideAccount {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly accounts: PgAccounts,
  ) {}

  /** Throws DecisionReasonInvalid, StateNotFit, NotVisible. */
  async execute(input: DecideInput): Promise<void> {
    const { accountId, decision, idempotencyKey, caller } = input;
    // Judged before anything is written: what was typed instead of a reason is kept nowhere.
    const reason = decisionReason(input.reason);
    const decidedBy = caller.actingUser ?? caller.userId;
    const result = await this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const scope = {
        organisationId: decidedBy,
        operation: `account-${decision}`,
        key: idempotencyKey,
        requestHash: requestHashOf({ accountId, decision, reason }),
      };
      const entry = (action: string): AuditEntry => ({
        action,
        subject: accountId,
        actor: caller.userId,
        ...(caller.actingUser === undefined ? {} : { onBehalfOf: caller.actingUser }),
        businessDate: today,
        details: { reason },
      });
      const work = async () => {
        const account = (await this.accounts.byIds(tx, [accountId])).get(accountId);
        if (!account) throw new NotVisible();
        const to = targetOf(account, decision);
        await this.accounts.save(tx, [
          step(unchanged(account), to, { on: today, cause: 'OPERATOR', decidedBy, reason }),
        ]);
        await audit(tx, entry(`account.${decision}`));
        return { state: to };
      };
      return once(tx, scope, work, () => entry(`account.${decision}.refused`));
    });
    answerOrThrow(result);
  }
}

function targetOf(account: Account, decision: Decision): AccountState {
  if (!froms[decision].includes(account.state)) {
    throw new StateNotFit(
      'Le compte n’est pas dans un état qui permet cette action. Rechargez sa fiche pour voir où il en est.',
      { state: account.state, decision },
    );
  }
  if (decision === 'SUSPEND') return 'SUSPENDED';
  if (decision === 'RETRY') return 'PROVISIONING';
  return account.activated ? 'ACTIVATED' : 'PROVISIONED';
}
