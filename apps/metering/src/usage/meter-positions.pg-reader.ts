import { Injectable } from '@nestjs/common';
import { topics } from '#libs/contracts';
import { MessagingStatus } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { type LocalDate } from '#libs/time';
import { type MeterPosition, MeterPositions } from './meter-positions.js';

/** Positions stand in the same database as the figures and move with them; only the lag asks the broker. */
@Injectable()
export class PgMeterPositions extends MeterPositions {
  constructor(
    private readonly database: Database,
    private readonly status: MessagingStatus,
  ) {
    super();
  }

  async current(): Promise<MeterPosition> {
    const figures = await this.status.topicFigures();
    const told = figures.find(({ topic }) => topic === topics.account.name);
    // What was set aside is written and not counted, like what was not read yet.
    const lag = told && told.lag + told.parked;
    const { rows } = await this.database.query<{ partition: number; next_offset: bigint }>(
      `select partition, next_offset from platform.consumer_position
       where topic = $1 order by partition`,
      [topics.account.name],
    );
    const cutOff = rows
      .map(({ partition, next_offset }) => `${partition}:${next_offset}`)
      .join(',');
    return { lag, cutOff };
  }

  async businessDate(): Promise<LocalDate | undefined> {
    const { rows } = await this.database.query<{ day: LocalDate | null }>(
      'select day from platform.business_day',
    );
    return rows[0]?.day ?? undefined;
  }
}
