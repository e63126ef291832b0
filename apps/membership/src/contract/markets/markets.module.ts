import { Module } from '@nestjs/common';
import { CalendarRpc } from './calendar.rpc.js';
import { CalendarScheduler } from './calendar.scheduler.js';
import { LoadMarket } from './load-market.js';
import { Markets } from './markets.pg.js';
import { MarketsRpc } from './markets.rpc.js';
import { PublishMarket } from './publish-market.js';
import { StartBusinessDay } from './start-business-day.js';

export {
  type Amendment,
  AmendmentNumberTaken,
  AmendmentOutdated,
  changesBetween,
  judgeAmendment,
  loweredMaxima,
  type MarketChange,
  MarketNotInForce,
  type MostOrdered,
  prolongs,
} from './domain/amendment.js';
export {
  dayOf,
  fileInvalid,
  type Market,
  type ReadMarket,
  type VersionedMarket,
} from './domain/market.js';
export {
  type DueDate,
  type FixableDate,
  whatIsDue,
  withDateFixed,
} from './domain/market-calendar.js';
export { marketSchema, parseMarketFile, readMarketFile } from './markets.dto.js';
export { Markets } from './markets.pg.js';
export { LoadMarket } from './load-market.js';
export { digestOf, PublishMarket } from './publish-market.js';
export { daysByClock as DAYS_BY_CLOCK, schedulerOn as SCHEDULER_ON } from './calendar.scheduler.js';
export { toMarketMessage } from './market-message.js';

/** Markets as they stand, and the start of days (MKT-4): by the scheduler, or by a player where CALENDAR=player. */
@Module({
  controllers: [CalendarRpc, MarketsRpc],
  providers: [CalendarScheduler, Markets, LoadMarket, PublishMarket, StartBusinessDay],
  exports: [LoadMarket, Markets, PublishMarket, StartBusinessDay],
})
export class MarketsModule {}
