import { defineProblem } from '#libs/problems';
import { type LocalDate, daysAtOnceMax, daysBetween, frenchDate } from '#libs/time';

export class DayAlreadyPast extends defineProblem('DAY_ALREADY_PAST', 'conflict') {}
export class DayNotYetCome extends defineProblem('DAY_NOT_YET_COME', 'conflict') {}
export class DaysStartByThemselves extends defineProblem('DAYS_START_BY_THEMSELVES', 'conflict') {}
export class TooManyDaysAtOnce extends defineProblem('TOO_MANY_DAYS_AT_ONCE', 'conflict') {}

/** What bounds a day where days begin by the clock (MKT-4). */
export type ScheduledDays = {
  /** In Paris, by the clock. */
  readonly today: LocalDate;
  readonly by: 'SCHEDULER' | 'ADMINISTRATOR' | 'PLAYER';
  /** The written order of an administrator, as it can be found again; empty: none. */
  readonly writtenOrder: string;
};

/** Throws DayAlreadyPast where the calendar would go back. Without `scheduled` (a demo, a test) any later day may begin. */
export function judgeDay(
  date: LocalDate,
  current: LocalDate | undefined,
  scheduled: ScheduledDays | undefined,
): void {
  if (current !== undefined && date < current) {
    throw new DayAlreadyPast(
      `Le calendrier est déjà au ${frenchDate(current)} : il ne revient pas en arrière.`,
      { date, current },
    );
  }
  if (scheduled) judgeScheduled(date, current, scheduled);
}

function judgeScheduled(
  date: LocalDate,
  current: LocalDate | undefined,
  { today, by, writtenOrder }: ScheduledDays,
): void {
  if (date > today) {
    throw new DayNotYetCome(
      `Nous sommes le ${frenchDate(today)} : une journée ne commence pas avant son jour.`,
      { date, today },
    );
  }
  if (by === 'PLAYER' || (by === 'ADMINISTRATOR' && writtenOrder === '')) {
    throw new DaysStartByThemselves(
      'Les journées commencent d’elles-mêmes à minuit : seul un ordre écrit, après un long arrêt, en fait commencer plusieurs.',
      { date },
    );
  }
  const days = current === undefined ? 0 : daysBetween(current, date);
  if (days > daysAtOnceMax && writtenOrder === '') {
    throw new TooManyDaysAtOnce(
      `${days} journées commenceraient d’un coup, avec toutes leurs échéances : un administrateur doit en donner l’ordre écrit (ent calendar start).`,
      { date, days, daysAtOnceMax },
    );
  }
}
