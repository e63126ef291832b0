import { Injectable } from '@nestjs/common';
import { Commands, type Journal } from '#libs/commands';
import { type Caller, NotVisible } from '#libs/identity';
import type { Transaction } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import type { AuditAction } from '#libs/trade';
import { Accounts } from './accounts.pg.js';
import { askAgain } from './ask-ent.pg.js';
import { type AccountState, isBlockedInEnt } from './domain/account.js';
import { decisionReason } from './domain/decision-reason.js';
import { step, unchanged, type Account } from './domain/step.js';
import { UrgentBlocks } from './urgent-blocks.pg.js';

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
    private readonly urgentBlocks: UrgentBlocks,
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
    if (isBlockedInEnt(account.state) && account.state !== 'SUSPENDED') {
      await this.decideUrgently(tx, account, { decision, reason, caller }, today);
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

  /**
   * An account that closes or waits for a seat keeps its state (PRV-3), and the plan that holds its block stays as it was
   * read. Throws StateNotFit where the ENT has blocked the account already, or has no user of it.
   */
  private async decideUrgently(
    tx: Transaction,
    account: Account,
    { decision, reason, caller }: Pick<DecideInput, 'decision' | 'reason' | 'caller'>,
    today: LocalDate,
  ): Promise<void> {
    const { accountId } = account;
    const isDone =
      decision === 'SUSPEND'
        ? await this.urgentBlocks.decide(tx, accountId, {
            decidedBy: caller.userId,
            reason,
            on: today,
          })
        : decision === 'RESUME' && (await this.urgentBlocks.lift(tx, [accountId], 'DECISION')) > 0;
    if (!isDone) throw notFit(account, decision);
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
