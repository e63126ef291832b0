import { Module } from '@nestjs/common';
import { MembershipsModule } from '../adhesion/memberships/memberships.module.js';
import { RegisterModule } from '../adhesion/memberships/register.module.js';
import { MarketsModule } from '../contract/markets/markets.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { Exclusions } from './exclusions/exclusions.pg.js';
import { ExclusionsRpc } from './exclusions/exclusions.rpc.js';
import { RecordExclusion } from './exclusions/record-exclusion.js';
import { ViewExclusions } from './exclusions/view-exclusions.js';
import { RecordWithdrawal } from './withdrawals/record-withdrawal.js';
import { RegisteredLetters } from './withdrawals/registered-letters.js';
import { RemindOfWindow } from './withdrawals/remind-of-window.js';
import { RevokeWithdrawal } from './withdrawals/revoke-withdrawal.js';
import { ViewWithdrawals } from './withdrawals/view-withdrawals.js';
import { Withdrawals } from './withdrawals/withdrawals.pg.js';
import { WithdrawalsRpc } from './withdrawals/withdrawals.rpc.js';

export { RemindOfWindow } from './withdrawals/remind-of-window.js';

/** How a membership ends before its market does. */
@Module({
  imports: [DocumentsModule, MarketsModule, MembershipsModule, RegisterModule],
  controllers: [ExclusionsRpc, WithdrawalsRpc],
  providers: [
    Exclusions,
    RecordExclusion,
    ViewExclusions,
    RecordWithdrawal,
    RegisteredLetters,
    RemindOfWindow,
    RevokeWithdrawal,
    ViewWithdrawals,
    Withdrawals,
  ],
  exports: [RemindOfWindow],
})
export class EndingsModule {}
