import { Injectable } from '@nestjs/common';
import { AccountState } from '#libs/contracts';
import { BusinessDate } from '#libs/messaging';
import { accountSentences } from '#libs/trade';
import { Clients } from '../clients/clients.module.js';
import { People } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { scopeOf } from './scope.js';
import { PersonNotFound } from './support-problems.js';

export type Decision = {
  readonly action: 'SUSPEND' | 'RESUME' | 'RETRY' | 'RESTORE';
  readonly reason: string;
  readonly idempotencyKey: string;
};

/** Sends a decision about an account to provisioning, which judges and journals it. */
@Injectable()
export class DecideAccount {
  constructor(
    private readonly people: People,
    private readonly clients: Clients,
    private readonly businessDate: BusinessDate,
  ) {}

  async execute(visitor: Visitor, accountId: string, { action, reason, idempotencyKey }: Decision) {
    const personId = await this.people.ofAccount(accountId);
    const scope = await scopeOf(visitor, this.businessDate);
    if (!personId || !(await this.people.sees(scope, personId))) throw new PersonNotFound();
    const { provisioning } = this.clients.of(visitor);
    const command = { accountId, reason, idempotencyKey };
    const account =
      action === 'RESTORE'
        ? (await provisioning.restoreEntAccount(command)).sides
        : action === 'SUSPEND'
          ? (await provisioning.suspendAccount(command)).account
          : action === 'RESUME'
            ? (await provisioning.resumeAccount(command)).account
            : (await provisioning.retryAccount(command)).account;
    const state = AccountState[account?.state ?? AccountState.UNSPECIFIED];
    return { accountId, state, stateInWords: accountSentences({ state }).inWords };
  }
}
