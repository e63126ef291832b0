import {
  type EntPlan,
  type EntPlanFigures,
  type EntPlanMember,
  type EntPlanSchool,
  ProvisioningService,
} from '#libs/contracts';
import { formatEuros, plural } from '#libs/money';
import { askService } from './ent/ask.js';
import { type Given, status, UsageError } from './ent/command.js';

const rowsMax = 200;

export const usage = `plan list   les plans vers l’ENT qui ont retenu quelque chose, le dernier d’abord
   plan show PLAN   l’un d’eux : membre par membre, école par école
   plan approve|reject PLAN --motif MOTIF [--school UAI]   tout ce qu’il retient, ou une école ; MOTIF : DEPART_CONFIRME,
   FERMETURE_ECOLE, RENTREE, VERIFIE_AVEC_LE_MEMBRE, ERREUR_A_CORRIGER ou CONTROLE, puis au besoin un numéro de ticket`;

export const planOptions = { motif: { type: 'string' }, school: { type: 'string' } } as const;

/** `provisioning plan …`: what waits to be told to the ENT, and a person's word about it (PRV-8). */
export function plan(given: Given) {
  const [verb = '', planId] = given.operands;
  const isAlone = verb === 'list';
  if (isAlone !== (planId === undefined)) {
    throw new UsageError(isAlone ? 'plan list ne prend pas de plan.' : 'Dites de quel plan.');
  }
  switch (verb) {
    case 'list':
      return list(given);
    case 'show':
      return show(given, planId!);
    case 'approve':
    case 'reject':
      return decide(given, verb, planId!);
    default:
      throw new UsageError(`Action inconnue : plan ${verb}.`);
  }
}

async function list(given: Given) {
  const { plans } = await askService('provisioning', ProvisioningService, given, (client) =>
    client.listEntPlans({ limit: rowsMax }),
  );
  const none = 'Aucun plan n’a rien retenu.';
  return {
    status: status.ok,
    json: { plans },
    lines: plans.length === 0 ? [none] : plans.map(planLine),
  };
}

async function show(given: Given, planId: string) {
  const answer = await askService('provisioning', ProvisioningService, given, async (client) => {
    const schools: EntPlanSchool[] = [];
    for (let cursor = ''; ;) {
      const page = await client.getEntPlan({ planId, cursor, limit: rowsMax });
      schools.push(...page.schools);
      cursor = page.nextCursor;
      if (cursor === '') return { plan: page.plan, members: page.members, schools };
    }
  });
  const { plan: found, members, schools } = answer;
  return {
    status: status.ok,
    json: answer,
    lines: [
      ...(found ? [planLine(found)] : []),
      ...members.map(memberLine),
      ...schools.map(schoolLine),
    ],
  };
}

async function decide(given: Given, verb: 'approve' | 'reject', planId: string) {
  const reason = given.text('motif');
  if (reason === undefined) throw new UsageError('Dites pourquoi : --motif MOTIF.');
  const request = { planId, reason, uai: given.text('school')?.toUpperCase() ?? '' };
  const answer = await askService(
    ...(['provisioning', ProvisioningService, given] as const),
    async (client): Promise<{ schools: number; accounts: number }> =>
      verb === 'approve' ? client.approveEntPlanPart(request) : client.rejectEntPlanPart(request),
  );
  const what = `${plural(answer.accounts, 'compte', 'comptes')}, ${plural(answer.schools, 'école', 'écoles')}`;
  const done = verb === 'approve' ? 'l’ENT va en être averti' : 'rien n’en est dit à l’ENT';
  return { status: status.ok, json: answer, lines: [`${what} : ${done}.`] };
}

const planLine = ({ planId, madeOn, expiresOn, season, held, schools, ...of }: EntPlan) =>
  `${planId}  du ${madeOn}, saison ${season} : ${figuresText(of.figures)}, ${seatsText(of)} ; ${
    held > 0
      ? `${plural(held, 'école attend', 'écoles attendent')} ${levels[of.heldBy] ?? ''} jusqu’au ${expiresOn} (exclu)`
      : `${plural(schools, 'école retenue, plus rien n’attend', 'écoles retenues, plus rien n’attend')}`
  }.`;

const memberLine = ({ membershipId, memberName, schools, held, figures, ...of }: EntPlanMember) =>
  `  ${memberName || 'adhésion'} (${membershipId})  ${figuresText(figures)}, ${seatsText(of)} ; ${plural(schools, 'école', 'écoles')}, dont ${held} en attente.`;

const schoolLine = ({
  uai,
  schoolName,
  state,
  heldBy,
  figures,
  counted,
  decidedOn,
  reason,
}: EntPlanSchool) =>
  `    ${[uai, schoolName].filter(Boolean).join(' ')}  ${states[state] ?? state}${state === 'HELD' ? ` (${levels[heldBy] ?? heldBy})` : ''} : ${figuresText(figures)}, dont ${counted} au-delà de ce qui était déjà approuvé${
    decidedOn ? ` ; ${decidedOn}, ${reason}` : ''
  }.`;

/** What they cost for a contract year: the invoice follows what is ordered. */
const seatsText = ({ seats, seatsYearCents }: Pick<EntPlan, 'seats' | 'seatsYearCents'>) =>
  plural(seats, 'place', 'places') +
  (seats > 0 && seatsYearCents !== undefined
    ? ` (${formatEuros(seatsYearCents)} HT par an au prix du marché)`
    : '');

const figuresText = (figures: EntPlanFigures | undefined) =>
  [
    figures?.closes && plural(figures.closes, 'fermeture', 'fermetures'),
    figures?.blocks && plural(figures.blocks, 'blocage', 'blocages'),
    figures?.deletes && plural(figures.deletes, 'suppression', 'suppressions'),
    figures?.moves && plural(figures.moves, 'déplacement', 'déplacements'),
    figures?.renames && plural(figures.renames, 'changement de nom', 'changements de nom'),
  ]
    .filter((text) => typeof text === 'string')
    .join(', ');

const levels: Readonly<Record<string, string>> = {
  SCHOOL: 'le niveau 3 ou la coordination (seuil de l’école)',
  MEMBER: 'la coordination (seuil du membre)',
  WHOLE: 'la coordination (seuil de l’ensemble)',
};
const states: Readonly<Record<string, string>> = {
  HELD: 'EN ATTENTE',
  APPROVED: 'acceptée, en cours',
  DONE: 'acceptée, faite',
  REJECTED: 'rejetée',
  EXPIRED: 'expirée sans décision, planifiée de nouveau',
  STALE: 'remplacée par un plan plus récent',
};
