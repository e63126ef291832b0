import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { parisDateOf } from '#libs/time';
import { DayAlreadyPast } from './domain/business-day.js';
import { StartBusinessDay } from './start-business-day.js';

/** Whether this process begins the days by itself: SCHEDULER=on. */
export const schedulerOn = Symbol('scheduler-on');
/** Whether days begin by the clock, whichever process begins them: CALENDAR=clock. */
export const daysByClock = Symbol('days-by-clock');

const lookEveryMs = 15_000;

/**
 * Begins the day at 00:00 Europe/Paris. It looks at the clock often instead of computing the next
 * midnight, so that changes of summer time, sleep and restarts need no thought; a day begun twice
 * changes nothing.
 */
@Injectable()
export class CalendarScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private begun: string | undefined;

  constructor(
    private readonly startBusinessDay: StartBusinessDay,
    @Inject(schedulerOn) private readonly isOn: boolean,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.isOn) return;
    const look = () => void this.look();
    this.timer = setInterval(look, lookEveryMs);
    look();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const date = parisDateOf(new Date());
    if (date === this.begun) return;
    try {
      await this.startBusinessDay.execute({
        date,
        actor: 'scheduler',
        scheduled: { today: date, by: 'SCHEDULER', writtenOrder: '' },
      });
      this.begun = date;
    } catch (error) {
      // A calendar ahead of the clock stays so until the clock catches up; all else is tried again.
      if (error instanceof DayAlreadyPast) this.begun = date;
      this.logger.error({ err: error, date }, 'the business day could not begin');
    }
  }
}
