import { Injectable } from '@nestjs/common';
import {
  event,
  type NewEvent,
  SeatLossForeseenSchema,
  SeatsAllottedSchema,
  SeatsToleratedSchema,
} from '#libs/contracts';
import { BusinessDate, Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import { addDays, type LocalDate } from '#libs/time';
import { foreseenDays } from '../copies/copies.module.js';
import type { Pool } from '../accounts/accounts.module.js';
import { type Loss, lossesOf } from './domain/seats-lost.js';
import { lapsesOn } from './domain/tolerance.js';
import { SeatLosses, type SeatsOfSchool } from './seat-losses.pg.js';
import { SeatNotices } from './seat-notices.pg.js';
import { poolNow, type PoolNow } from './seat-pools.pg.js';

/** Tells how a pool stands once it is settled, each thing again only when its figures have changed. */
@Injectable()
export class TellOfSeats {
  constructor(
    private readonly businessDate: BusinessDate,
    private readonly notices: SeatNotices,
    private readonly losses: SeatLosses,
    private readonly outbox: Outbox,
  ) {}

  async execute(tx: Transaction, pool: Pool, on: LocalDate): Promise<void> {
    const now = await poolNow(tx, pool);
    const events = [
      ...(await this.allotted(tx, pool, now, on)),
      ...(await this.tolerated(tx, pool, now, on)),
      ...(await this.foreseen(tx, pool, now)),
    ];
    await this.outbox.add(tx, ...events);
  }

  private async allotted(
    tx: Transaction,
    pool: Pool,
    now: PoolNow,
    on: LocalDate,
  ): Promise<NewEvent[]> {
    const { ordered, held, waiting, overQuota } = now;
    const tolerated = overOf(now);
    const figures = [ordered, held, waiting, overQuota, tolerated].join(' ');
    if (!(await this.notices.isNews(tx, pool, 'ALLOTTED', '', figures))) return [];
    const body = { ...pool, on, ordered, held, waiting, overQuota, tolerated };
    return [event(SeatsAllottedSchema, pool.membershipId, body)];
  }

  /** The alarm of TOLERATE (PRV-2), and its end. */
  private async tolerated(
    tx: Transaction,
    pool: Pool,
    now: PoolNow,
    on: LocalDate,
  ): Promise<NewEvent[]> {
    const { ordered, held, tolerance, overSince } = now;
    const over = overOf(now);
    const since = over > 0 && tolerance !== null ? overSince : null;
    const told = (first: string, until: LocalDate) =>
      event(SeatsToleratedSchema, pool.membershipId, {
        ...pool,
        ...{ since: first, until, ordered, held, over },
      });
    const ended = await this.notices.takeBack(tx, pool, 'TOLERATED', since === null ? [] : [since]);
    const events = ended.map((first) => told(first, on));
    if (since === null || tolerance === null) return events;
    const until = lapsesOn(since, tolerance);
    const figures = [until, ordered, held].join(' ');
    const isNews = await this.notices.isNews(tx, pool, 'TOLERATED', since, figures);
    return isNews ? [...events, told(since, until)] : events;
  }

  /** Seats that will be lost within 30 days, and those that will not any more (PRV-7). */
  private async foreseen(tx: Transaction, pool: Pool, now: PoolNow): Promise<NewEvent[]> {
    const today = await this.businessDate.today(tx);
    const horizon = addDays(today, foreseenDays);
    await this.notices.forgetUntil(tx, pool, 'LOSS_FORESEEN', today);
    const timeline = await this.losses.timeline(tx, pool, today, horizon);
    const losses = lossesOf(now, timeline, today);
    const coming = losses.filter(({ on }) => on > today && on <= horizon);
    const days = coming.map(({ on }) => on);
    const takenBack = await this.notices.takeBack(tx, pool, 'LOSS_FORESEEN', days);
    const events = takenBack.map((on) => foreseenEvent(pool, { on, seats: 0 }, []));
    for (const loss of coming) {
      // Those who lose earlier are later in rank.
      const before = losses.filter(({ on }) => on < loss.on);
      const range = { skip: before.reduce((sum, { seats }) => sum + seats, 0), take: loss.seats };
      const schools = await this.losses.schoolsOfLatest(pool, range, tx);
      const figures = [loss.seats, ...schools.map(({ uai, seats }) => `${uai}:${seats}`)].join(' ');
      if (await this.notices.isNews(tx, pool, 'LOSS_FORESEEN', loss.on, figures))
        events.push(foreseenEvent(pool, loss, schools));
    }
    return events;
  }
}

function overOf({ held, ordered }: PoolNow): number {
  return held > ordered ? held - ordered : 0;
}

function foreseenEvent(
  pool: Pool,
  { on, seats }: Loss | { on: string; seats: number },
  schools: readonly SeatsOfSchool[],
): NewEvent {
  const body = { ...pool, on, seats, schools: [...schools] };
  return event(SeatLossForeseenSchema, pool.membershipId, body);
}
