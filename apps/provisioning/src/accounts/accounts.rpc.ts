import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  type CountAccountsRequest,
  type FindAccountsByLoginRequest,
  type GetAccountHistoryRequest,
  type GetAccountRequest,
  type GetSeatsRequest,
  type ListAccountsRequest,
  ProvisioningService,
  type ResumeAccountRequest,
  type RetryAccountRequest,
  type SuspendAccountRequest,
} from '#libs/contracts';
import { CurrentCaller, type Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { profileNumbers, stateNumbers, stateOf } from './account-numbers.js';
import { toAccount, toTransition } from './accounts.dto.js';
import type { SchoolSeats } from './account-views.pg.js';
import { DecideAccount, type Decision } from './decide-account.js';
import { violationInFrench } from './domain/seat-violation.js';
import { LookAtAccounts } from './look-at-accounts.js';

type Command = SuspendAccountRequest | ResumeAccountRequest | RetryAccountRequest;

@Controller()
export class AccountsRpc {
  constructor(
    private readonly look: LookAtAccounts,
    private readonly decideAccount: DecideAccount,
  ) {}

  @Answers(ProvisioningService.method.getAccount)
  async getAccount(@Payload() { accountId }: GetAccountRequest, @CurrentCaller() caller: Caller) {
    return { account: toAccount(await this.look.one(accountId, caller), caller) };
  }

  @Answers(ProvisioningService.method.listAccounts)
  async listAccounts(@Payload() request: ListAccountsRequest, @CurrentCaller() caller: Caller) {
    const { uai, personId, state, limit, cursor } = request;
    const { rows, nextCursor } = await this.look.list(
      { uai, personId, state: stateOf(state), limit, cursor },
      caller,
    );
    return { accounts: rows.map((row) => toAccount(row, caller)), nextCursor };
  }

  @Answers(ProvisioningService.method.getAccountHistory)
  async getAccountHistory(
    @Payload() { accountId }: GetAccountHistoryRequest,
    @CurrentCaller() caller: Caller,
  ) {
    return { transitions: (await this.look.history(accountId, caller)).map(toTransition) };
  }

  @Answers(ProvisioningService.method.findAccountsByLogin)
  async findAccountsByLogin(
    @Payload() request: FindAccountsByLoginRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const rows = await this.look.byLogin(request.loginPrefix, request.limit, caller);
    return { accounts: rows.map((row) => toAccount(row, caller)) };
  }

  @Answers(ProvisioningService.method.getSeats)
  async getSeats(@Payload() { membershipId }: GetSeatsRequest, @CurrentCaller() caller: Caller) {
    const seats = await this.look.seats(membershipId, caller);
    const sum = (schools: readonly SchoolSeats[], of: (school: SchoolSeats) => number) =>
      schools.reduce((total, school) => total + of(school), 0);
    return {
      seats: seats.map(({ itemCode, ordered, held, schools }) => ({
        membershipId,
        itemCode,
        ordered,
        held,
        open: sum(schools, ({ open }) => open),
        waiting: sum(schools, ({ waiting }) => waiting),
        schools,
      })),
    };
  }

  @Answers(ProvisioningService.method.countAccounts)
  async countAccounts(
    @Payload() { marketCode }: CountAccountsRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const counts = await this.look.counts(marketCode, caller);
    return {
      counts: counts.map(({ profile, state, count }) => ({
        profile: profileNumbers[profile],
        state: stateNumbers[state],
        count,
      })),
    };
  }

  @Answers(ProvisioningService.method.suspendAccount)
  suspendAccount(@Payload() request: SuspendAccountRequest, @CurrentCaller() caller: Caller) {
    return this.decide('SUSPEND', request, caller);
  }

  @Answers(ProvisioningService.method.resumeAccount)
  resumeAccount(@Payload() request: ResumeAccountRequest, @CurrentCaller() caller: Caller) {
    return this.decide('RESUME', request, caller);
  }

  @Answers(ProvisioningService.method.retryAccount)
  retryAccount(@Payload() request: RetryAccountRequest, @CurrentCaller() caller: Caller) {
    return this.decide('RETRY', request, caller);
  }

  @Answers(ProvisioningService.method.checkSeats)
  async checkSeats(@CurrentCaller() caller: Caller) {
    const { pools, held, violations } = await this.look.checkSeats(caller);
    return { pools, seatsHeld: held, violations: violations.map(violationInFrench) };
  }

  private async decide(decision: Decision, request: Command, caller: Caller) {
    const { accountId, reason, idempotencyKey } = request;
    // What the caller may not see, it may not decide about.
    await this.look.one(accountId, caller);
    await this.decideAccount.execute({ accountId, decision, reason, idempotencyKey, caller });
    return { account: toAccount(await this.look.one(accountId, caller), caller) };
  }
}
