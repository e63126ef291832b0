import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AllotSeats } from './allot-seats.js';
import { CountSeatsLost } from './count-seats-lost.js';
import { PgSeatLosses } from './seat-losses.pg-reader.js';
import { SeatLossesRpc } from './seat-losses.rpc.js';
import { PgSeatNotices } from './seat-notices.pg-repository.js';
import { PgSeatPools } from './seat-pools.pg-repository.js';
import { TellOfSeats } from './tell-of-seats.js';

export { AllotSeats };

/** Seats per membership and item: who has one, who waits, who will lose one. */
@Module({
  imports: [AccountsModule],
  controllers: [SeatLossesRpc],
  providers: [PgSeatPools, PgSeatLosses, PgSeatNotices, AllotSeats, TellOfSeats, CountSeatsLost],
  exports: [AllotSeats],
})
export class SeatsModule {}
