import {
  type FiguresByMember,
  figuresByMember,
} from '../../apps/console/src/imports/domain/figures-by-member.js';
import {
  DirectoryService,
  type Plan,
  type PlanChange,
  type PlanFigures,
  type PlanSchool,
  SchoolService,
} from '#libs/contracts';
import { plural } from '#libs/money';
import { DomainError } from '#libs/problems';
import type { RpcClient } from '#libs/rpc';
import { linesOf } from './directory-import-lines.js';
import { askMembership, askService } from './ent/ask.js';
import { type Given, status, UsageError } from './ent/command.js';

const rowsMax = 200;

export const planned = { school: { type: 'string' } } as const;
export const decision = {
  reason: { type: 'string' },
  ticket: { type: 'string' },
  school: { type: 'string' },
  plan: { type: 'string' },
} as const;

type Client = RpcClient<typeof DirectoryService>;

const states: Readonly<Record<string, string>> = {
  RELEASED: 'sous les seuils',
  HELD: 'RETENUE : à approuver ou à rejeter',
  APPROVED: 'approuvée',
  REJECTED: 'rejetée',
  EXPIRED: 'expirée sans décision',
  REPLACED: 'remplacée par un export plus récent',
  OLDER: 'laissée telle quelle : données plus récentes déjà présentes',
};
const reasons: Readonly<Record<string, string>> = {
  FIRST_STATED: 'nouvelle personne',
  MATCHED: 'reconnue par le nom et la date de naissance',
  CAME_BACK: 'de retour',
  KNOWN_FROM_ANOTHER: 'déjà connue par une autre source',
  DETAILS_CHANGED: 'informations modifiées',
  CLASSES_CHANGED: 'change de classe ou de groupe',
  SCHOOLS_CHANGED: 'change d’école',
  OTHER_NAME: 'même identifiant, autre nom',
  KEY_CHANGED: 'identifiant remplacé',
  NOT_STATED: 'absente de l’export',
  STATED_BY_ANOTHER: 'absente de l’export, présente par une autre source',
};

/** `directory plan IMPORT`: the whole, by member, and the schools that change; with `--school`, each difference of that school. */
export async function showPlan(given: Given) {
  const importId = given.operands[0] ?? '';
  const uai = given.text('school');
  const answer = await askService('directory', DirectoryService, given, async (client) => {
    const planId = await planOf(client, importId);
    const { plan, schools } = await schoolsOf(client, planId, uai === undefined);
    if (uai === undefined) {
      return { plan, schools, changes: [], byMember: await byMember(given, plan, schools) };
    }
    const { changes } = await client.listPlanChanges({ planId, uai, limit: rowsMax });
    return { plan, schools: schools.filter((school) => school.uai === uai), changes };
  });
  const { plan, schools, changes } = answer;
  return {
    status: status.ok,
    json: answer,
    lines: [
      `Plan ${plan?.planId} établi le ${plan?.madeOn}, saison ${plan?.season}${plan?.heldWhole ? ' : RETENU EN ENTIER' : ''} ; sans décision, il expire le ${plan?.expiresOn}.`,
      `  Ensemble : ${figuresText(plan?.figures)}.`,
      ...heldLine(plan),
      ...(uai === undefined ? membersLines(answer.byMember) : []),
      ...schools.map(schoolLine),
      ...changes.map(changeLine),
      ...(changes.length === rowsMax ? [`  … les ${rowsMax} premières seulement.`] : []),
    ],
  };
}

export const approve = (given: Given) =>
  decide(given, 'approbation enregistrée, ce qui était retenu s’applique tel que prévu', {
    all: (client, request) => client.approveImport(request),
    one: (client, request) => client.approvePlan(request),
  });

export const reject = (given: Given) =>
  decide(given, 'rejet enregistré, rien de ce qui était retenu n’est appliqué', {
    all: (client, request) => client.rejectImport(request),
    one: (client, request) => client.rejectPlan(request),
  });

/**
 * What is decided is the plan that `directory plan` showed (`--plan`), else the one that stands when the command runs: a
 * plan that was made anew meanwhile is refused or, without `--plan`, decided unread.
 */
async function decide(
  given: Given,
  done: string,
  calls: {
    all: (client: Client, request: { importId: string; reason: string }) => Promise<unknown>;
    one: (
      client: Client,
      request: { planId: string; uai: string; reason: string },
    ) => Promise<unknown>;
  },
) {
  const importId = given.operands[0] ?? '';
  const uai = given.text('school');
  const reason = reasonOf(given);
  const answer = await askService('directory', DirectoryService, given, async (client) => {
    const read = given.text('plan');
    if (uai === undefined && read === undefined) await calls.all(client, { importId, reason });
    else {
      const planId = read ?? (await planOf(client, importId));
      await calls.one(client, { planId, uai: uai ?? '', reason });
    }
    return client.getImport({ importId });
  });
  const what = uai === undefined ? 'Import' : `École ${uai}`;
  return {
    status: status.ok,
    json: answer,
    lines: [`${what} : ${done}.`, ...linesOf(answer.import)],
  };
}

/** `directory retry IMPORT`. */
export async function retry(given: Given) {
  const importId = given.operands[0] ?? '';
  const answer = await askService('directory', DirectoryService, given, async (client) => {
    await client.retryImport({ importId });
    return client.getImport({ importId });
  });
  return {
    status: status.ok,
    json: answer,
    lines: ['Import relancé : il reprend où il en était.', ...linesOf(answer.import)],
  };
}

/** As the console's page sums them: the directory knows no members (DIR-3). Undefined where membership is away. */
async function byMember(
  given: Given,
  plan: Plan | undefined,
  schools: readonly PlanSchool[],
): Promise<FiguresByMember | undefined> {
  const uais = schools.map(({ uai }) => uai);
  if (uais.length === 0) return figuresByMember([], []);
  try {
    const { financers } = await askMembership(SchoolService, given, (client) =>
      client.findFinancers({ uais, on: plan?.madeOn ?? '' }),
    );
    return figuresByMember(schools, financers);
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'unavailable') return undefined;
    throw error;
  }
}

async function planOf(client: Client, importId: string): Promise<string> {
  const { import: found } = await client.getImport({ importId });
  if (!found?.planId) {
    throw new UsageError('Cet import n’a pas encore de plan : directory imports dit où il en est.');
  }
  return found.planId;
}

async function schoolsOf(client: Client, planId: string, changingOnly: boolean) {
  const schools: PlanSchool[] = [];
  for (let cursor = ''; ;) {
    const page = await client.listPlanSchools({
      ...{ planId, changingOnly, limit: rowsMax, cursor },
    });
    schools.push(...page.schools);
    cursor = page.nextCursor;
    if (cursor === '') return { plan: page.plan, schools };
  }
}

function membersLines(told: FiguresByMember | undefined): string[] {
  if (!told) return ['  Par membre : le service des adhésions ne répond pas, recommencez.'];
  const { members, unfinanced } = told;
  const ofNobody = [`  Écoles qu’aucun membre ne finance : ${sumText(unfinanced)}.`];
  return [
    ...members.map((member) => `  ${member.memberName} : ${sumText(member)}.`),
    ...(unfinanced.schools > 0 ? ofNobody : []),
  ];
}
const sumText = ({ schools, held, figures }: FiguresByMember['unfinanced']) =>
  [
    plural(schools, 'école', 'écoles'),
    ...(held > 0 ? [plural(held, 'RETENUE', 'RETENUES')] : []),
    figuresText(figures),
  ].join(', ');

const schoolLine = ({ uai, name, state, figures, matched, doubtful, refused }: PlanSchool) =>
  `  ${uai}${name && ` ${name}`}  ${states[state] ?? state} ; ${[
    figuresText(figures),
    ...(matched > 0 ? [plural(matched, 'reconnue', 'reconnues')] : []),
    ...(doubtful > 0 ? [plural(doubtful, 'peut-être en double', 'peut-être en double')] : []),
    ...(refused > 0 ? [plural(refused, 'ligne refusée', 'lignes refusées')] : []),
  ].join(', ')}.`;

const changeLine = (planned: PlanChange) => {
  const { sourceKey, personId, reason, uais, waits, classChanges } = planned;
  const classes = classChanges.map(
    ({ uai, classId, group, change }) =>
      ` ; ${change === 'ENDS' ? '−' : '+'} ${group ? 'groupe' : 'classe'} ${classId}${uais.length > 1 ? ` (${uai})` : ''}`,
  );
  return `    ${sourceKey}  ${personId}  ${reasons[reason] ?? reason} (${uais.join(', ')})${classes.join('')}${waits ? ', en attente' : ''}`;
};

/** Each person once: the figure that the page asks whoever approves to type. */
const heldLine = (plan: Plan | undefined): string[] =>
  plan && plan.heldSchools > 0
    ? [
        `  À décider, chaque personne comptée une fois : ${[plural(plan.heldSchools, 'école', 'écoles'), ...movesOf(plan.held)].join(', ')}.`,
      ]
    : [];

type Figures = Omit<PlanFigures, '$typeName' | '$unknown'>;
const figuresText = (figures: Figures | undefined) =>
  [
    `${plural(figures?.present ?? 0, 'personne déjà déclarée', 'personnes déjà déclarées')}`,
    ...movesOf(figures),
  ].join(', ');

const movesOf = (figures: Figures | undefined): string[] =>
  [
    figures?.added && plural(figures.added, 'nouvelle', 'nouvelles'),
    figures?.changed && plural(figures.changed, 'modifiée', 'modifiées'),
    figures?.identities && plural(figures.identities, 'autre identité', 'autres identités'),
    figures?.ended && plural(figures.ended, 'partante', 'partantes'),
    figures?.returned && plural(figures.returned, 'de retour', 'de retour'),
  ].filter((text): text is string => typeof text === 'string');

/** As the directory keeps it: a reason of its list, and a ticket number. */
function reasonOf(given: Given): string {
  const reason = given.text('reason');
  if (reason === undefined) throw new UsageError('--reason : le motif de la décision est attendu.');
  return [reason, given.text('ticket') ?? ''].join(' ').trim();
}
