import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AllotSeats } from './allot-seats.js';
import { CountSeatsLost } from './count-seats-lost.js';
import { LookAtSeats } from './look-at-seats.js';
import { SeatLosses } from './seat-losses.pg.js';
import { SeatNotices } from './seat-notices.pg.js';
import { SeatPools } from './seat-pools.pg.js';
import { SeatViews } from './seat-views.pg.js';
import { SeatsRpc } from './seats.rpc.js';
import { TellOfSeats } from './tell-of-seats.js';

export { AllotSeats };

/** Seats per membership and item: who has one, who waits, who will lose one. */
@Module({
  imports: [AccountsModule],
  controllers: [SeatsRpc],
  providers: [
    SeatPools,
    SeatLosses,
    SeatNotices,
    SeatViews,
    AllotSeats,
    TellOfSeats,
    CountSeatsLost,
    LookAtSeats,
  ],
  exports: [AllotSeats],
})
export class SeatsModule {}
