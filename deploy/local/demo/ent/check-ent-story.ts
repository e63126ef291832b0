import { type Account, AccountState, type EntPlanSchool } from '#libs/contracts';
import { formatCount, plural } from '#libs/money';
import { problemsOr } from '../checks.js';
import type { Check } from '../figures.js';
import { people } from '../players.js';
import type { MarketStory } from '../scenario.js';
import type { Services } from '../services.js';
import type { Stage } from '../stage.js';
import { checkEnt } from './check-ent.js';
import type { EntApi } from './ent-api.js';
import { accountsOf, schoolsOf } from './ledger.js';

const perPage = 200;

/** Whether the ENT agrees with our books, and what the story did with the two has come of it. */
export async function checkEntStory(
  stage: Stage<MarketStory>,
  ent: EntApi,
  on: string,
): Promise<Check[]> {
  const { scenario, services } = stage;
  const accounts = await accountsOf(services, schoolsOf(scenario));
  return [
    await checkEnt(stage, ent, { accounts, on }),
    await checkPlans(services),
    checkWaysIn(accounts),
    await checkErasures(services),
  ];
}

/** What would have told the ENT too much at once has waited for somebody (PRV-8), and nothing waits any more. */
export async function checkPlans(services: Pick<Services, 'provisioning'>): Promise<Check> {
  const { plans } = await services.provisioning().listEntPlans({ limit: perPage });
  const parts: EntPlanSchool[] = [];
  for (const { planId } of plans) {
    const { schools } = await services.provisioning().getEntPlan({ planId, limit: perPage });
    parts.push(...schools);
  }
  const open = parts.filter(({ state }) => state !== 'DONE');
  const closed = plans.reduce((sum, { figures }) => sum + (figures?.closes ?? 0), 0);
  return {
    name: 'ent-plans',
    title: 'Au-delà des seuils de la saison, l’ENT n’a rien appris sans l’accord d’une personne',
    holds: open.length === 0 && parts.length > 0,
    detail: problemsOr(
      open.map(({ uai, state }) => `${uai} : ${state}`),
      `${plural(plans.length, 'plan retenu et accepté', 'plans retenus et acceptés')}, ${formatCount(closed)} fermetures`,
    ),
  };
}

/** First logins of each way in that the market has were seen (AUT-1). */
export function checkWaysIn(accounts: readonly Pick<Account, 'state' | 'wayIn'>[]): Check {
  const used = accounts.filter(({ state }) => state === AccountState.ACTIVATED);
  const by = (way: string) => used.filter(({ wayIn }) => wayIn === way).length;
  const [local, academy, educonnect] = [by('LOCAL'), by('ACADEMIC_SSO'), by('EDUCONNECT')];
  return {
    name: 'ways-in',
    title: 'Premières connexions vues par chaque voie : code de la lettre, académie, ÉduConnect',
    holds: local > 0 && academy > 0 && educonnect > 0,
    detail: `${formatCount(local)} par un code, ${formatCount(academy)} par l’académie, ${formatCount(educonnect)} par ÉduConnect`,
  };
}

/** Who left is erased in time, and what was proven left nothing that no rule allows (SUP-4). */
export async function checkErasures(services: Pick<Services, 'directory'>): Promise<Check> {
  const { erasures, due, overdue } = await services
    .directory(people.officer)
    .listErasures({ limit: perPage });
  const proven = erasures.filter(({ provedAt }) => provedAt !== '');
  const faults = [
    ...(due > 0 ? [`${due} encore à effacer, dont ${overdue} en retard`] : []),
    ...proven.flatMap(({ personId, unexpected }) =>
      unexpected > 0 ? [`${personId} : ${unexpected} traces inattendues`] : [],
    ),
  ];
  return {
    name: 'erasures',
    title: 'Qui est parti est effacé à temps, et l’effacement prouvé ne laisse rien d’inattendu',
    holds: faults.length === 0 && proven.length > 0,
    detail: problemsOr(
      faults,
      `${plural(erasures.length, 'personne effacée', 'personnes effacées')}, ${plural(proven.length, 'prouvée', 'prouvées')}`,
    ),
  };
}
