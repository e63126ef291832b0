import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AllotSeats } from './allot-seats.js';
import { CountSeatsLost } from './count-seats-lost.js';
import { SeatLosses } from './seat-losses.pg.js';
import { SeatLossesRpc } from './seat-losses.rpc.js';
import { SeatNotices } from './seat-notices.pg.js';
import { SeatPools } from './seat-pools.pg.js';
import { TellOfSeats } from './tell-of-seats.js';

export { AllotSeats };

/** Seats per membership and item: who has one, who waits, who will lose one. */
@Module({
  imports: [AccountsModule],
  controllers: [SeatLossesRpc],
  providers: [SeatPools, SeatLosses, SeatNotices, AllotSeats, TellOfSeats, CountSeatsLost],
  exports: [AllotSeats],
})
export class SeatsModule {}
