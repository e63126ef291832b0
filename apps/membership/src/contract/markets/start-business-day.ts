import { Injectable } from '@nestjs/common';
import { BusinessDayStartedSchema, event } from '#libs/contracts';
import { BusinessDayKeeper, Outbox } from '#libs/messaging';
import { audit, UnitOfWork } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { judgeDay, type ScheduledDays } from './domain/business-day.js';

/** Key of the calendar's records: one aggregate, so days stay in order. */
const calendarKey = 'calendar';

/** Begins a day (MKT-4): this service moves to it, with what falls due on the days crossed, and says so. */
@Injectable()
export class StartBusinessDay {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly days: BusinessDayKeeper,
    private readonly outbox: Outbox,
  ) {}

  /**
   * The same day again changes nothing. `scheduled`: the bounds where days begin by the clock. Throws DayAlreadyPast,
   * DayNotYetCome, DaysStartByThemselves, TooManyDaysAtOnce.
   */
  execute(asked: {
    date: LocalDate;
    actor: string;
    carrier?: string | undefined;
    scheduled?: ScheduledDays;
  }): Promise<{ date: LocalDate; changed: boolean }> {
    const { date, actor, carrier, scheduled } = asked;
    return this.unitOfWork.run(async (tx) => {
      const current = await this.days.lock(tx);
      if (current === date) return { date, changed: false };
      judgeDay(date, current, scheduled);
      const reference = scheduled?.writtenOrder ?? '';
      await this.days.advance(tx, date, reference);
      const order = { stoodOn: current ?? '', untilOn: date, reference };
      const day = current && reference ? { date, order } : { date };
      await this.outbox.add(tx, event(BusinessDayStartedSchema, calendarKey, day));
      await audit(tx, {
        action: 'calendar.day-started',
        subject: calendarKey,
        actor,
        businessDate: date,
        ...(reference ? { restsOn: reference } : {}),
      });
      return { date, changed: true };
    }, carrier);
  }
}
