import { Module } from '@nestjs/common';
import { DaysTold } from './days-told.pg.js';
import { PendingDaysTold } from './pending-days-told.js';
import { TellDays } from './tell-days.js';

export { PendingDaysTold, TellDays };

/** Up to which day all facts of accounts are told. */
@Module({ providers: [DaysTold, PendingDaysTold, TellDays], exports: [PendingDaysTold, TellDays] })
export class DaysToldModule {}
