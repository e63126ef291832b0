import type { EntPlan } from '#libs/contracts';
import { plural } from '#libs/money';
import { DomainError } from '#libs/problems';
import type { EntApi } from './ent/ent-api.js';
import { patiently } from './patience.js';
import { people } from './players.js';
import type { Services } from './services.js';
import { StoryBroken } from './stage.js';
import type { Teller } from './teller.js';

const reason = 'DEPART_CONFIRME';
const perPage = 200;
const levels: Readonly<Record<string, string>> = {
  SCHOOL: 'd’une école',
  MEMBER: 'd’un membre',
  WHOLE: 'de l’ensemble',
};

/**
 * What would tell the ENT more than the season allows waits for somebody's word (PRV-8). Level 3 of support reads it
 * first; what is beyond a school's threshold is not level 3's, and the coordination accepts it: another person than
 * the one who recorded what it comes from.
 */
export class HeldPlans {
  constructor(
    private readonly services: Services,
    private readonly ent: EntApi,
    private readonly teller: Teller,
  ) {}

  /** Decides whatever waits; returns a line for each plan. May be done again. */
  async decide(): Promise<string[]> {
    const { plans } = await this.services.provisioning().listEntPlans({ limit: perPage });
    const told: string[] = [];
    for (const plan of plans.filter(({ held }) => held > 0)) told.push(await this.decideOne(plan));
    return told;
  }

  private async decideOne(plan: EntPlan): Promise<string> {
    const { planId, heldBy, held } = plan;
    const { closes = 0, deletes = 0, blocks = 0, moves = 0, renames = 0 } = plan.figures ?? {};
    const open = await this.openInEnt(planId);
    if (open < closes + blocks)
      throw new StoryBroken(
        `Le plan retient ${closes + blocks} fermetures, et l’ENT n’a plus que ${open} comptes ouverts dans ses écoles.`,
      );
    const by = await this.accept(planId);
    const calls = [
      [closes + blocks, 'fermeture', 'fermetures'],
      [deletes, 'suppression', 'suppressions'],
      [moves, 'déplacement', 'déplacements'],
      [renames, 'nom', 'noms'],
    ] as const;
    const figures = calls
      .filter(([count]) => count > 0)
      .map(([count, one, many]) => plural(count, one, many));
    return `Plan vers l’ENT retenu, au-delà du seuil ${levels[heldBy] ?? ''} : ${figures.join(', ')} dans ${plural(held, 'école', 'écoles')}, où ${plural(open, 'compte est resté ouvert', 'comptes sont restés ouverts')} ; ${by}`;
  }

  /** Returns who did. */
  private async accept(planId: string): Promise<string> {
    const by = (user: string) =>
      this.services
        .provisioning(user)
        .approveEntPlanPart({ planId, reason, idempotencyKey: `demo-${user}-${planId}` });
    try {
      await by(people.support3);
      return 'l’assistance de niveau 3 l’accepte';
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'ENT_PLAN_ABOVE_LEVEL') throw error;
      await by(people.verifier);
      return 'refusé au niveau 3, accepté par la coordination';
    }
  }

  /** Users of the plan's schools whom the ENT lets in, by its own lists. */
  private async openInEnt(planId: string): Promise<number> {
    const { schools } = await this.services.provisioning().getEntPlan({ planId, limit: perPage });
    const uais = schools.filter(({ state }) => state === 'HELD').map(({ uai }) => uai);
    const read = await patiently('ENT, lecture', this.teller, () => this.ent.schools(uais));
    const open = read.flatMap(({ users }) => users.filter(({ blocked }) => blocked !== true));
    return new Set(open.map(({ id }) => id)).size;
  }
}
