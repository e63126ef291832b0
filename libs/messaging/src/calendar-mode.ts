import type { OnModuleInit } from '@nestjs/common';
import type { Health } from '#libs/observability';
import { type Database, isInfrastructureFault } from '#libs/persistence';
import { showCalendar } from './messaging-metrics.js';

/** How days begin: CALENDAR of the service's settings (MKT-4). */
export type CalendarMode = 'clock' | 'player';

/** The service bounds days in one way, its database in another. */
export class CalendarModeDiffers extends Error {
  override readonly name = 'CalendarModeDiffers';
}

/** Refuses to start where the database was migrated with another CALENDAR: half of the bounds would be missing. */
export class CalendarAgreement implements OnModuleInit {
  private agreed = false;

  constructor(
    private readonly database: Database,
    private readonly mode: CalendarMode,
    health: Health | undefined,
  ) {
    health?.add('FLOWING', 'calendar-mode', () => this.fault());
    showCalendar(mode === 'clock');
  }

  /** A database that is away is waited for: FLOWING reports the difference then. */
  async onModuleInit(): Promise<void> {
    const fault = await this.fault().catch((error: unknown) => {
      if (isInfrastructureFault(error)) return undefined;
      throw error;
    });
    if (fault === undefined) return;
    await this.database.end();
    throw new CalendarModeDiffers(fault);
  }

  private async fault(): Promise<string | undefined> {
    if (this.agreed) return undefined;
    const { rows } = await this.database.query<{ mode: CalendarMode }>(
      'select mode from platform.calendar_mode',
    );
    const stored = rows[0]?.mode ?? 'clock';
    this.agreed = stored === this.mode;
    if (this.agreed) return undefined;
    return `the service has CALENDAR=${this.mode}, its database ${stored}: run migrate with the service's CALENDAR`;
  }
}
