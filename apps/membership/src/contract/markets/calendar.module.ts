import { type DynamicModule, Module } from '@nestjs/common';
import { CalendarRpc } from './calendar.rpc.js';
import { CalendarScheduler, SCHEDULER_ON } from './calendar.scheduler.js';
import { MarketsModule } from './markets.module.js';

/** Who begins the days (MKT-4): the scheduler, or, where it is off, whoever plays them. */
@Module({})
export class CalendarModule {
  static with(isSchedulerOn: boolean): DynamicModule {
    return {
      module: CalendarModule,
      imports: [MarketsModule],
      controllers: [CalendarRpc],
      providers: [CalendarScheduler, { provide: SCHEDULER_ON, useValue: isSchedulerOn }],
    };
  }
}
