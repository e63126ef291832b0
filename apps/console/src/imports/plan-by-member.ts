import type { PlanSchool } from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import type { ClientsOfVisitor } from '../clients/clients.module.js';
import { type FiguresByMember, figuresByMember } from './domain/figures-by-member.js';

export class PlanTooLarge extends defineProblem('PLAN_TOO_LARGE', 'conflict') {}

type Directory = ClientsOfVisitor['directory'];
type Schools = ClientsOfVisitor['schools'];

const pageRows = 200;
/** What the service of schools is asked about at once: more than an academy has. */
const schoolsMax = 5_000;

/**
 * What a plan would change member by member (DIR-3): the directory tells its figures by school and knows no members, the
 * service of schools who pays for each on the day of the plan. Each judges what whoever asks may see. Throws PlanTooLarge.
 */
export async function planByMember(
  { directory, schools }: { readonly directory: Directory; readonly schools: Schools },
  planId: string,
) {
  const planned: PlanSchool[] = [];
  for (let cursor = ''; ;) {
    const asked = { planId, changingOnly: true, limit: pageRows, cursor };
    const page = await directory.listPlanSchools(asked);
    planned.push(...page.schools);
    cursor = page.nextCursor;
    if (cursor === '')
      return { plan: page.plan, ...(await summed(schools, page.plan?.madeOn, planned)) };
    if (planned.length >= schoolsMax) {
      throw new PlanTooLarge(
        `Ce plan touche plus de ${schoolsMax} écoles : lisez-le école par école.`,
      );
    }
  }
}

async function summed(
  schools: Schools,
  madeOn: string | undefined,
  planned: readonly PlanSchool[],
): Promise<FiguresByMember> {
  if (planned.length === 0) return figuresByMember([], []);
  const uais = planned.map(({ uai }) => uai);
  const { financers } = await schools.findFinancers({ uais, on: madeOn ?? '' });
  return figuresByMember(planned, financers);
}
