import { Module } from '@nestjs/common';
import { CalendarRpc } from './calendar.rpc.js';
import { CalendarScheduler } from './calendar.scheduler.js';
import { MarketsModule } from './markets.module.js';

export { SCHEDULER_ON } from './calendar.scheduler.js';

/** Who begins the days (MKT-4): the scheduler, or, where it is off, whoever plays them. */
@Module({
  imports: [MarketsModule],
  controllers: [CalendarRpc],
  providers: [CalendarScheduler],
})
export class CalendarModule {}
