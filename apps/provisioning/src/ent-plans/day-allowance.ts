import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { ceilingOf, limitsOn } from './domain/thresholds.js';
import { mayRun } from './domain/work-plan.js';
import { GatheredWork, type ToJudge } from './gathered-work.pg.js';
import { PlanRules } from './plan-rules.js';

/**
 * What a day still allows one school without a person's word, for who finds in the ENT itself what is to be done: the
 * thresholds of the plans, and what these and the night have used of them (PRV-8).
 */
@Injectable()
export class DayAllowance {
  constructor(
    private readonly gathered: GatheredWork,
    private readonly rules: PlanRules,
  ) {}

  /** Whether so many calls that close, block, move or rename may be made there on the day: `calls` of it at most. */
  async ofSchool(
    tx: Transaction,
    day: LocalDate,
    school: ToJudge,
  ): Promise<(calls: number) => boolean> {
    const limits = limitsOn(day, this.rules.thresholds);
    const extents = await this.gathered.extents(tx, day, [school], limits);
    return (calls) => {
      if (calls > school.calls) throw new RangeError('More than was said is not judged');
      return mayRun(calls, school, { ...extents, limits });
    };
  }

  /** Changes in a school of so many users that the day allows without a person's word. */
  ceilingOfSchool(day: LocalDate, users: number): number {
    return ceilingOf(limitsOn(day, this.rules.thresholds), 'SCHOOL', users);
  }
}
