import { Module } from '@nestjs/common';
import { CopiesModule } from '../copies/copies.module.js';
import { AccountViews } from './account-views.pg.js';
import { Accounts } from './accounts.pg.js';
import { AccountsRpc } from './accounts.rpc.js';
import { AssessPeople } from './assess-people.js';
import { DecideAccount } from './decide-account.js';
import { EndGracePeriods } from './end-grace-periods.js';
import { LookAtAccounts, QueryInvalid } from './look-at-accounts.js';
import { LostFacts } from './lost-facts.pg.js';
import { RestateLostDays } from './restate-lost-days.js';
import { Scope } from './scope.pg.js';
import { UrgentBlocks } from './urgent-blocks.pg.js';

export type { Pool } from './accounts.pg.js';
export { isBlockedInEnt, isOpen } from './domain/account.js';
export { nameAgain } from './name-for-way-in.pg.js';
export { askAgain, askEnt, callKind, guardianToMake, oneMore } from './ask-ent.pg.js';
export { isBehind } from './is-behind.pg.js';
export { isUrgentlyBlocked } from './urgent-blocks.pg.js';
export { decisionReason } from './domain/decision-reason.js';
export { isAccountIdForm, isUuid } from './domain/account-id.js';
export { stateNumbers } from './account-numbers.js';
export type { AccountState, Cause, Profile } from './domain/account.js';
export { foundUsed } from './domain/assessment.js';
export { grant, lose, refuse, seatsToMove } from './domain/seats.js';
export { step, unchanged, type Account, type Stepped } from './domain/step.js';
export {
  AssessPeople,
  EndGracePeriods,
  LookAtAccounts,
  Accounts,
  RestateLostDays,
  Scope,
  QueryInvalid,
  UrgentBlocks,
};

/** Who should have an account, who has one, and what happened to it. */
@Module({
  imports: [CopiesModule],
  controllers: [AccountsRpc],
  providers: [
    Accounts,
    AccountViews,
    Scope,
    AssessPeople,
    EndGracePeriods,
    DecideAccount,
    LookAtAccounts,
    LostFacts,
    RestateLostDays,
    UrgentBlocks,
  ],
  exports: [
    Accounts,
    Scope,
    AssessPeople,
    EndGracePeriods,
    LookAtAccounts,
    RestateLostDays,
    UrgentBlocks,
  ],
})
export class AccountsModule {}
