import { Module } from '@nestjs/common';
import { CopiesModule } from '../copies/copies.module.js';
import { PgAccountsReader } from './accounts.pg-reader.js';
import { PgAccounts } from './accounts.pg-repository.js';
import { AccountsRpc } from './accounts.rpc.js';
import { AllotSeats } from './allot-seats.js';
import { AssessPeople } from './assess-people.js';
import { CountSeatsLost } from './count-seats-lost.js';
import { DecideAccount } from './decide-account.js';
import { EndGracePeriods } from './end-grace-periods.js';
import { EntPlaces } from './ent-places.js';
import { PgEntWork } from './ent-work.pg-repository.js';
import { LookAtAccounts } from './look-at-accounts.js';
import { PendingAccounts } from './pending-accounts.pg-pending-work.js';
import { ReadFirstUses } from './read-first-uses.js';
import { PgScope } from './scope.pg-repository.js';
import { PgSeatLosses } from './seat-losses.pg-reader.js';
import { SeatLossesRpc } from './seat-losses.rpc.js';
import { PgSeatNotices } from './seat-notices.pg-repository.js';
import { PgSeatPools } from './seat-pools.pg-repository.js';
import { ServeEnt } from './serve-ent.js';
import { PgStructureReadings } from './structure-readings.pg-repository.js';
import { TellOfSeats } from './tell-of-seats.js';
import { WorkLoop } from './work-loop.js';

export { PendingAccounts };

/** Accounts and seats: who should have one, who has one, and making the ENT agree. */
@Module({
  imports: [CopiesModule],
  controllers: [AccountsRpc, SeatLossesRpc],
  providers: [
    PgAccounts,
    PgAccountsReader,
    PgScope,
    PgSeatPools,
    PgSeatLosses,
    PgSeatNotices,
    PgEntWork,
    PgStructureReadings,
    AssessPeople,
    AllotSeats,
    TellOfSeats,
    EndGracePeriods,
    EntPlaces,
    ServeEnt,
    ReadFirstUses,
    DecideAccount,
    LookAtAccounts,
    CountSeatsLost,
    PendingAccounts,
    WorkLoop,
  ],
  exports: [PendingAccounts],
})
export class AccountsModule {}
