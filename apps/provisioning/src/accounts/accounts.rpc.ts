import { Controller } from '@nestjs/common';
import {
  type CountAccountsRequest,
  type FindAccountsByLoginRequest,
  type GetAccountHistoryRequest,
  type GetAccountRequest,
  type ListAccountsRequest,
  type ListLostDaysRequest,
  ProvisioningService,
  type ResumeAccountRequest,
  type RetryAccountRequest,
  type SuspendAccountRequest,
} from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { profileNumbers, stateNumbers, stateOf } from './account-numbers.js';
import { toAccount, toAccountOfLogin, toTransition } from './accounts.dto.js';
import { DecideAccount, type Decision } from './decide-account.js';
import { LookAtAccounts } from './look-at-accounts.js';

type Command = SuspendAccountRequest | ResumeAccountRequest | RetryAccountRequest;

@Controller()
export class AccountsRpc {
  constructor(
    private readonly look: LookAtAccounts,
    private readonly decideAccount: DecideAccount,
  ) {}

  @Answers(ProvisioningService.method.getAccount)
  async getAccount({ accountId }: GetAccountRequest, caller: Caller) {
    return { account: toAccount(await this.look.one(accountId, caller), caller) };
  }

  @Answers(ProvisioningService.method.listAccounts)
  async listAccounts(request: ListAccountsRequest, caller: Caller) {
    const { uai, personId, state, limit, cursor } = request;
    const { rows, nextCursor } = await this.look.list(
      { uai, personId, state: stateOf(state), limit, cursor },
      caller,
    );
    return { accounts: rows.map((row) => toAccount(row, caller)), nextCursor };
  }

  @Answers(ProvisioningService.method.getAccountHistory)
  async getAccountHistory({ accountId }: GetAccountHistoryRequest, caller: Caller) {
    return { transitions: (await this.look.history(accountId, caller)).map(toTransition) };
  }

  @Answers(ProvisioningService.method.findAccountsByLogin)
  async findAccountsByLogin(request: FindAccountsByLoginRequest, caller: Caller) {
    const rows = await this.look.byLogin(request.loginPrefix, request.limit, caller);
    return { accounts: rows.flatMap((row) => toAccountOfLogin(row, request.loginPrefix, caller)) };
  }

  @Answers(ProvisioningService.method.countAccounts)
  async countAccounts({ marketCode }: CountAccountsRequest, caller: Caller) {
    const counts = await this.look.counts(marketCode, caller);
    return {
      counts: counts.map(({ profile, state, count }) => ({
        profile: profileNumbers[profile],
        state: stateNumbers[state],
        count,
      })),
    };
  }

  @Answers(ProvisioningService.method.listLostDays)
  async listLostDays({ marketCode }: ListLostDaysRequest, caller: Caller) {
    return { memberships: await this.look.lostDays(marketCode, caller) };
  }

  @Answers(ProvisioningService.method.suspendAccount)
  suspendAccount(request: SuspendAccountRequest, caller: Caller) {
    return this.decide('SUSPEND', request, caller);
  }

  @Answers(ProvisioningService.method.resumeAccount)
  resumeAccount(request: ResumeAccountRequest, caller: Caller) {
    return this.decide('RESUME', request, caller);
  }

  @Answers(ProvisioningService.method.retryAccount)
  retryAccount(request: RetryAccountRequest, caller: Caller) {
    return this.decide('RETRY', request, caller);
  }

  private async decide(decision: Decision, request: Command, caller: Caller) {
    const { accountId, reason, idempotencyKey } = request;
    // What the caller may not see, it may not decide about.
    await this.look.one(accountId, caller);
    await this.decideAccount.execute({ accountId, decision, reason, idempotencyKey, caller });
    return { account: toAccount(await this.look.one(accountId, caller), caller) };
  }
}
