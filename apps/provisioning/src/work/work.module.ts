import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DaysToldModule } from '../days-told/days-told.module.js';
import { EntFaultsModule } from '../ent-faults/ent-faults.module.js';
import { EntComparisonModule } from '../ent-comparison/ent-comparison.module.js';
import { EntWorkModule } from '../ent-work/ent-work.module.js';
import { SeatsModule } from '../seats/seats.module.js';
import { PendingAccounts } from './pending-accounts.pg.js';
import { WorkLoop } from './work-loop.js';

export { PendingAccounts };

/** Does what is due, and says how much of it is left. */
@Module({
  imports: [
    AccountsModule,
    SeatsModule,
    EntWorkModule,
    EntComparisonModule,
    EntFaultsModule,
    DaysToldModule,
  ],
  providers: [WorkLoop, PendingAccounts],
  exports: [PendingAccounts],
})
export class WorkModule {}
