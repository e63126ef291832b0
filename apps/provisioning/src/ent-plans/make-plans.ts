import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { Database, UnitOfWork } from '#libs/persistence';
import { takeTurns } from '../copies/copies.module.js';
import { Approvals } from './approvals.pg.js';
import { judge, type Part, partsOf, totalOf } from './domain/work-plan.js';
import { limitsOn } from './domain/thresholds.js';
import { EntPlans } from './ent-plans.pg.js';
import { GatheredWork } from './gathered-work.pg.js';
import { PlanRules } from './plan-rules.js';

/**
 * Judges what the day brings to the ENT, all of it together: what stays within the thresholds of its season, or was
 * approved elsewhere, goes to work; the rest waits for a person (PRV-8).
 */
@Injectable()
export class MakePlans {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly businessDate: BusinessDate,
    private readonly gathered: GatheredWork,
    private readonly approvals: Approvals,
    private readonly plans: EntPlans,
    private readonly rules: PlanRules,
  ) {}

  /**
   * What never waits goes, though the day still has something to say: an emergency block of whom a plan holds (PRV-8).
   * Returns whether any was there.
   */
  async freeWhatNeverWaits(): Promise<boolean> {
    if (!(await this.gathered.isAnyFree(this.database))) return false;
    await this.unitOfWork.run(async (tx) => {
      await takeTurns(tx, 'looks', 'assessment', 'allotment');
      await this.gathered.gather(tx);
    });
    return true;
  }

  /**
   * Returns false where the day still has something to say before. Nobody says it meanwhile: the turns are taken. Run
   * twice, it finds nothing.
   */
  execute(): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      await takeTurns(tx, 'looks', 'assessment', 'allotment');
      if (await this.gathered.isComing(tx)) return false;
      const today = await this.businessDate.today(tx);
      await this.gathered.gather(tx);
      const parts = partsOf(await this.gathered.tallies(tx));
      const approved = await this.approvals.ofDay(tx, today);
      const limits = limitsOn(today, this.rules.thresholds);
      const judged =
        parts.length === 0
          ? []
          : judge(parts, {
              ...(await this.gathered.extents(tx, today, parts.map(toJudge), limits)),
              ...{ limits, approved },
            });
      const released = judged.filter(({ heldBy }) => heldBy === null);
      if (judged.length > 0) {
        const plan = { madeOn: today, season: limits.season, heldDays: this.rules.heldDays };
        const planId = await this.plans.make(tx, plan, judged);
        await this.approvals.recordClosings(
          tx,
          planId,
          released.map(({ part: { uai }, approved: { CLOSE: closings } }) => ({ uai, closings })),
          today,
        );
      }
      const used = released.flatMap(
        ({ part: { uai, membershipId }, approved: { BLOCK, DELETE } }) => [
          { about: membershipId, kind: 'BLOCK' as const, figure: BLOCK },
          { about: uai, kind: 'DELETE' as const, figure: DELETE },
        ],
      );
      await this.approvals.use(tx, summed(used), today);
      return judged.some(({ part }) => totalOf(part.figures) > 0);
    });
  }
}

const toJudge = ({ uai, membershipId, figures }: Part) => ({
  ...{ uai, membershipId, calls: totalOf(figures) },
});

type Used = { readonly about: string; readonly kind: 'BLOCK' | 'DELETE'; readonly figure: number };

/** Schools of one member use one figure. */
function summed(used: readonly Used[]): Used[] {
  return [...Map.groupBy(used, ({ about, kind }) => `${kind} ${about}`).values()].flatMap((of) => {
    const figure = of.reduce((sum, each) => sum + each.figure, 0);
    return figure > 0 ? [{ ...of[0]!, figure }] : [];
  });
}
