import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CarryOutRetries } from './carry-out-retries.js';
import { ContractReports } from './contract-reports.pg.js';
import { EntFaultsRpc } from './ent-faults.rpc.js';
import { EntRetries } from './ent-retries.pg.js';
import { ForgetRetries } from './forget-retries.js';
import { RecordContract } from './record-contract.js';
import { RetryFault } from './retry-fault.js';

export { CarryOutRetries, ForgetRetries };

/** Whom the ENT refuses, by cause; all of a cause tried again; how the connector stands. */
@Module({
  imports: [AccountsModule],
  controllers: [EntFaultsRpc],
  providers: [
    ContractReports,
    EntRetries,
    RecordContract,
    RetryFault,
    CarryOutRetries,
    ForgetRetries,
  ],
  exports: [CarryOutRetries, ForgetRetries],
})
export class EntFaultsModule {}
