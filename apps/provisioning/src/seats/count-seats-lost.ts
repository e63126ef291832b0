import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible } from '#libs/identity';
import { isLocalDate } from '#libs/time';
import { LookAtAccounts, type Pool, QueryInvalid } from '../accounts/accounts.module.js';
import { type OrderedFrom, seatsLost } from './domain/seats-lost.js';
import { SeatLosses, type SeatsOfSchool } from './seat-losses.pg.js';

export type SeatsLost = {
  readonly held: number;
  readonly lost: number;
  readonly schools: readonly SeatsOfSchool[];
};

const stepsMax = 1_000;

/** Says how many seats a timeline of O would cost, before anybody commits to it (PRV-7). */
@Injectable()
export class CountSeatsLost {
  constructor(
    private readonly look: LookAtAccounts,
    private readonly losses: SeatLosses,
  ) {}

  /** Throws NotVisible (also for a membership not known here yet), QueryInvalid. */
  async execute(
    pool: Pool,
    timeline: readonly { from: string; ordered: number }[],
    caller: Caller,
  ): Promise<SeatsLost> {
    await this.look.requireMembership(pool.membershipId, caller);
    const steps = checked(timeline);
    const now = await this.losses.poolToday(pool);
    if (!now) throw new NotVisible();
    const lost = seatsLost(now.pool, steps, now.today);
    const schools =
      lost === 0 ? [] : await this.losses.schoolsOfLatest(pool, { skip: 0, take: lost });
    return { held: now.pool.held, lost, schools };
  }
}

function checked(timeline: readonly { from: string; ordered: number }[]): OrderedFrom[] {
  const isAscending = timeline.every(
    ({ from }, index) => index === 0 || (timeline[index - 1]?.from ?? '') < from,
  );
  if (timeline.length > stepsMax || !isAscending) throw timelineInvalid();
  return timeline.map(({ from, ordered }) => {
    if (!isLocalDate(from) || ordered < 0) throw timelineInvalid();
    return { from, ordered };
  });
}

function timelineInvalid(): QueryInvalid {
  return new QueryInvalid(
    'Indiquez les quantités par jour croissant, chaque jour une fois, sans quantité négative.',
  );
}
