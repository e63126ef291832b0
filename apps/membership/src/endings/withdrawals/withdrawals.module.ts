import { Module } from '@nestjs/common';
import { DocumentsModule } from '../../documents/documents.module.js';
import { MarketsModule } from '../../contract/markets/markets.module.js';
import { MembershipsModule } from '../../adhesion/memberships/memberships.module.js';
import { RegisterModule } from '../../adhesion/memberships/register.module.js';
import { RecordWithdrawal } from './record-withdrawal.js';
import { RegisteredLetters } from './registered-letters.js';
import { RemindOfWindow } from './remind-of-window.js';
import { RevokeWithdrawal } from './revoke-withdrawal.js';
import { ViewWithdrawals } from './view-withdrawals.js';
import { WithdrawalReminders } from './withdrawal-reminders.pg.js';
import { Withdrawals } from './withdrawals.pg.js';
import { WithdrawalsRpc } from './withdrawals.rpc.js';

export { RemindOfWindow } from './remind-of-window.js';

@Module({
  imports: [DocumentsModule, MarketsModule, MembershipsModule, RegisterModule],
  controllers: [WithdrawalsRpc],
  providers: [
    RegisteredLetters,
    WithdrawalReminders,
    Withdrawals,
    RecordWithdrawal,
    RemindOfWindow,
    RevokeWithdrawal,
    ViewWithdrawals,
  ],
  exports: [RemindOfWindow],
})
export class WithdrawalsModule {}
