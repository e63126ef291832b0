import { Injectable } from '@nestjs/common';
import { BusinessDayStartedSchema, event } from '#libs/contracts';
import { BusinessDayKeeper, Outbox } from '#libs/messaging';
import { audit, UnitOfWork } from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import { type LocalDate, frenchDate } from '#libs/time';

export class DayAlreadyPast extends defineProblem('DAY_ALREADY_PAST', 'conflict') {}

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

  /** The same day again changes nothing; throws DayAlreadyPast for an earlier one. */
  execute({
    date,
    actor,
  }: {
    date: LocalDate;
    actor: string;
  }): Promise<{ date: LocalDate; changed: boolean }> {
    return this.unitOfWork.run(async (tx) => {
      const current = await this.days.lock(tx);
      if (current === date) return { date, changed: false };
      if (current !== undefined && date < current) {
        throw new DayAlreadyPast(
          `Le calendrier est déjà au ${frenchDate(current)} : il ne revient pas en arrière.`,
          { date, current },
        );
      }
      await this.days.advance(tx, date);
      await this.outbox.add(tx, event(BusinessDayStartedSchema, calendarKey, { date }));
      await audit(tx, {
        action: 'calendar.day-started',
        subject: calendarKey,
        actor,
        businessDate: date,
      });
      return { date, changed: true };
    });
  }
}
