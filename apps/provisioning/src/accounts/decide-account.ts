import { Injectable } from '@nestjs/common';
import { Commands, type Journal } from '#libs/commands';
import { type Caller, NotVisible } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import type { AuditAction } from '#libs/trade';
import { Accounts } from './accounts.pg.js';
import { askAgain } from './ask-ent.pg.js';
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

/** As the journal names them. */
const actions: Readonly<Record<Decision, AuditAction>> = {
  SUSPEND: 'account.suspended',
  RESUME: 'account.resumed',
  RETRY: 'account.retried',
};

/** An authorised person's decision about one account: a fact of today, with its reason and author (PRV-3). */
@Injectable()
export class DecideAccount {
  constructor(
    private readonly commands: Commands,
    private readonly accounts: Accounts,
  ) {}

  /** Throws InputInvalid, StateNotFit, NotVisible. */
  async execute(input: DecideInput): Promise<void> {
    const { accountId, decision, idempotencyKey, caller } = input;
    // Judged before anything is written: what was typed instead of a reason is kept nowhere.
    const reason = decisionReason(input.reason);
    await this.commands.attempt(
      {
        operation: 'DecideAccount',
        action: actions[decision],
        request: { accountId, decision, reason },
        caller,
        idempotencyKey,
        refused: { subject: `account:${accountId}`, details: { reason } },
      },
      (tx, today, journal) => this.decide(tx, { ...input, reason }, today, journal),
    );
  }

  private async decide(
    tx: Transaction,
    { accountId, decision, reason, caller }: DecideInput,
    today: LocalDate,
    journal: Journal,
  ): Promise<{ state: AccountState }> {
    const account = (await this.accounts.byIds(tx, [accountId])).get(accountId);
    if (!account) throw new NotVisible();
    if (decision === 'RETRY' && account.state !== 'FAILED') {
      // In the ENT, with a change that it refuses: its work is due now, and its state stays.
      if ((await askAgain(tx, [accountId])).length === 0) throw notFit(account, decision);
      await journal({ details: { reason } });
      return { state: account.state };
    }
    const to = targetOf(account, decision);
    await this.accounts.save(tx, [
      step(unchanged(account), to, {
        on: today,
        cause: 'OPERATOR',
        decidedBy: caller.userId,
        reason,
      }),
    ]);
    await journal({ details: { reason } });
    return { state: to };
  }
}

function targetOf(account: Account, decision: Decision): AccountState {
  if (!froms[decision].includes(account.state)) throw notFit(account, decision);
  if (decision === 'SUSPEND') return 'SUSPENDED';
  if (decision === 'RETRY') return 'PROVISIONING';
  return account.activated ? 'ACTIVATED' : 'PROVISIONED';
}

const notFit = ({ state }: Account, decision: Decision) =>
  new StateNotFit(
    'Le compte n’est pas dans un état qui permet cette action. Rechargez sa fiche pour voir où il en est.',
    { state, decision },
  );
