import { setTimeout as sleep } from 'node:timers/promises';
import { type EntDifference, EntDifferenceKind, ProvisioningService } from '#libs/contracts';
import { plural } from '#libs/money';
import { DomainError } from '#libs/problems';
import type { RpcClient } from '#libs/rpc';
import { askService } from './ent/ask.js';
import { accountUsage, accountVerb } from './provisioning-account.js';
import { connectorVerb, faultsUsage, faultsVerb } from './provisioning-faults.js';
import { fedSchoolsUsage, fedSchoolsVerb } from './provisioning-fed-schools.js';
import { plan, planOptions, usage as plansUsage } from './provisioning-plans.js';
import { type Given, numberOf, runVerb, status, UsageError } from './ent/command.js';
import { missingUsage, missingVerb } from './provisioning-missing.js';
import { lettersUsage, lettersVerb } from './provisioning-letters.js';

export const usage = `compare-ent [UAI…] [--after UAI]   ce que l’ENT a vraiment, école par école, à côté des comptes
   compare-ent [UAI…] --apply --motif MOTIF   et remet au travail ce qui diffère ; MOTIF : ENT_RESTAURE,
   BASE_RESTAUREE, INCIDENT_ENT ou CONTROLE, puis au besoin un numéro de ticket
   … UNE-ÉCOLE … --confirm-missing N  |  --confirm-blocks N   les nombres lus, où ils sont demandés
   ${missingUsage}
   reconcile [--school UAI] [--dry-run]   rapproche de l’ENT comme chaque nuit ; --dry-run : ce qui serait fait, sans le faire
   reconcile --now   sans attendre la fin de la pause qui suit une connexion refusée : le compte technique est corrigé
   ${accountUsage}
   ${lettersUsage}
   ${plansUsage}
   ${faultsUsage}
   ${fedSchoolsUsage}
   lost-days MARCHÉ   les jours-comptes qu’une restauration a perdus avec leurs comptes, par membre et article`;

type Client = RpcClient<typeof ProvisioningService>;
type Outcome = {
  readonly uai: string;
  readonly differences: readonly EntDifference[];
  /** Refused, or not to be compared. */
  readonly problem?: { readonly code: string; readonly message: string; readonly entCode?: string };
  readonly lines: readonly string[];
};

const schoolsMax = 50;
const pageSize = 200;
/** A school is two readings, and one question for each account that is missing. */
const schoolDeadlineMs = 600_000;
/** A pause that the ENT asks for is waited out so often for one school. */
const pausesMax = 5;
const pauseMaxMs = 15 * 60_000;
/** So many schools in a row without an answer: the ENT is not there. */
const incidentsMax = 3;

/** The ENT put back to an earlier state, or our database: what differs, and `--apply`. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      'compare-ent': {
        operands: Array.from({ length: schoolsMax + 1 }, (_, count) => count),
        options: {
          apply: { type: 'boolean' },
          motif: { type: 'string' },
          after: { type: 'string' },
          'confirm-missing': { type: 'string' },
          'confirm-blocks': { type: 'string' },
        },
        run: compareEnt,
      },
      reconcile: {
        operands: 0,
        options: {
          ...{ school: { type: 'string' }, 'dry-run': { type: 'boolean' } },
          now: { type: 'boolean' },
        },
        run: reconcile,
      },
      account: accountVerb,
      letters: lettersVerb,
      faults: faultsVerb,
      'fed-schools': fedSchoolsVerb,
      missing: missingVerb,
      connector: connectorVerb,
      plan: { operands: [1, 2], options: planOptions, run: plan },
      'lost-days': { operands: 1, run: lostDays },
    },
    args,
    `npm run ent -- provisioning ${usage}`,
  );

/** As the supplier has them on « Facturation »: decided there, with the member. */
async function lostDays(given: Given) {
  const [marketCode = ''] = given.operands;
  const { memberships } = await askService('provisioning', ProvisioningService, given, (client) =>
    client.listLostDays({ marketCode }),
  );
  return {
    status: status.ok,
    json: memberships,
    lines:
      memberships.length === 0
        ? [`Aucun jour-compte perdu dans ${marketCode}.`]
        : memberships.map(
            ({ organisationName, itemCode, accounts, accountDays, firstOn, lastOn }) =>
              `  ${organisationName}  ${itemCode}  ${plural(accounts, 'compte', 'comptes')}, ${plural(accountDays, 'jour-compte', 'jours-comptes')}, du ${firstOn} au ${lastOn}`,
          ),
  };
}

async function compareEnt(given: Given) {
  requireWhole(given);
  return askService('provisioning', ProvisioningService, given, async (client) => {
    const outcomes: Outcome[] = [];
    let incidents = 0;
    for await (const uai of schools(client, given)) {
      const outcome = await compareOne(client, uai, given);
      outcomes.push(outcome);
      // Progress, for who waits; the answer itself goes to the output.
      process.stderr.write(`${outcomes.length}  ${outcome.lines[0]}\n`);
      incidents = isUnanswered(outcome) ? incidents + 1 : 0;
      if (incidents === incidentsMax) break;
    }
    const isWhole = incidents < incidentsMax;
    return {
      status: isWhole && outcomes.every(isGood(given)) ? status.ok : status.refused,
      json: outcomes.map(({ lines: _lines, ...outcome }) => outcome),
      lines: [...outcomes.flatMap(({ lines }) => lines), ...summary(outcomes, isWhole)],
    };
  });
}

/** The list of an emptied school is an answer: after a restore there may be many of them. */
const isUnanswered = ({ problem }: Outcome) =>
  problem?.code === 'ENT_NOT_COMPARED' && problem.entCode !== 'ENT_ANSWER_EMPTY';

/** What a night does, without waiting for it; its result is read where the nights are. */
async function reconcile(given: Given) {
  const uai = given.text('school')?.toUpperCase() ?? '';
  return askService('provisioning', ProvisioningService, given, async (client) => {
    if (!given.isSet('dry-run')) {
      const asked = await client.askEntLooks({ uai, now: given.isSet('now') });
      const { schools, loginPausedForSeconds } = asked;
      const read = plural(schools, 'école va être rapprochée', 'écoles vont être rapprochées');
      const where = 'Le résultat est dans la console, « Rapprochements avec l’ENT ».';
      if (loginPausedForSeconds === 0)
        return { status: status.ok, json: asked, lines: [`${read} de l’ENT. ${where}`] };
      const minutes = plural(Math.ceil(loginPausedForSeconds / 60), 'minute', 'minutes');
      return {
        status: status.refused,
        json: asked,
        lines: [
          `${read} de l’ENT, mais pas avant ${minutes} : l’ENT a refusé la connexion du compte technique.`,
          'Corrigez son mot de passe ou ses droits, puis : provisioning reconcile --now',
        ],
      };
    }
    const outcomes: Outcome[] = [];
    for await (const each of uai === '' ? schools(client, given) : [uai]) {
      outcomes.push(await compareOne(client, each, given));
    }
    return {
      status: outcomes.some(({ problem }) => problem) ? status.refused : status.ok,
      json: outcomes.map(({ lines: _lines, ...outcome }) => outcome),
      lines: outcomes.flatMap(({ lines, differences }) => [...lines, ...fateLines(differences)]),
    };
  });
}

function fateLines(differences: readonly EntDifference[]): string[] {
  const count = (wanted: string) => differences.filter(({ fate }) => fate === wanted).length;
  if (differences.length === 0) return [];
  const [done, held, told] = ['REPAIRED', 'HELD', 'TOLD'].map(count);
  return [
    `    Cette nuit : ${done} à réparer, ${held} à soumettre à un accord, ${told} à signaler.`,
  ];
}

/** Looked at: nothing differs. Mended: whatever differed was done. */
const isGood = (given: Given) => (outcome: Outcome) =>
  !outcome.problem && (given.isSet('apply') || outcome.differences.length === 0);

function requireWhole(given: Given): void {
  const isApplied = given.isSet('apply');
  if (isApplied && !given.text('motif')) throw new UsageError('Dites pourquoi : --motif MOTIF.');
  const confirms = ['confirm-missing', 'confirm-blocks'].some((name) => given.text(name));
  if (confirms && (!isApplied || given.operands.length !== 1)) {
    throw new UsageError('Un nombre se confirme pour une seule école, avec --apply.');
  }
  if (given.text('after') && given.operands.length > 0) {
    throw new UsageError('--after reprend la suite de toutes les écoles : n’en nommez aucune.');
  }
}

async function* schools(client: Client, given: Given): AsyncGenerator<string> {
  if (given.operands.length > 0) return yield* given.operands.map((uai) => uai.toUpperCase());
  for (let afterUai = given.text('after') ?? ''; ;) {
    const { uais, hasMore } = await client.listEntSchools({ afterUai, limit: pageSize });
    yield* uais;
    if (!hasMore) return;
    afterUai = uais.at(-1)!;
  }
}

async function compareOne(client: Client, uai: string, given: Given): Promise<Outcome> {
  for (let pauses = 0; ; pauses += 1) {
    try {
      return await askOne(client, uai, given);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { retryInMs } = error.details;
      const mayWait = typeof retryInMs === 'number' && retryInMs <= pauseMaxMs;
      if (!mayWait || pauses === pausesMax) {
        // What is not about this school stops them all.
        if (!error.code.startsWith('ENT_')) throw error;
        const { code, message } = error;
        const { entCode } = error.details;
        return {
          uai,
          differences: [],
          problem: { code, message, ...(typeof entCode === 'string' ? { entCode } : {}) },
          lines: refusalLines(uai, error),
        };
      }
      await sleep(retryInMs);
    }
  }
}

async function askOne(client: Client, uai: string, given: Given): Promise<Outcome> {
  const options = { deadlineMs: schoolDeadlineMs };
  if (!given.isSet('apply')) {
    const { school } = await client.compareEntSchool({ uai }, options);
    const differences = school?.differences ?? [];
    return { uai, differences, lines: schoolLines(uai, differences, school?.compared ?? 0) };
  }
  const confirmMissing = numberOf(given, 'confirm-missing');
  const confirmBlocks = numberOf(given, 'confirm-blocks');
  const { school, blocked, notBlocked } = await client.mendEntSchool(
    {
      ...{ uai, reason: given.text('motif') ?? '' },
      ...(confirmMissing === undefined ? {} : { confirmMissing }),
      ...(confirmBlocks === undefined ? {} : { confirmBlocks }),
    },
    options,
  );
  const differences = school?.differences ?? [];
  const lines = [
    ...schoolLines(uai, differences, school?.compared ?? 0),
    ...(blocked > 0
      ? [`    ${plural(blocked, 'utilisateur bloqué', 'utilisateurs bloqués')}.`]
      : []),
  ];
  if (notBlocked === 0) return { uai, differences, lines };
  const message = `${plural(notBlocked, 'utilisateur n’a', 'utilisateurs n’ont')} pas pu être bloqué : recommencez pour cette école.`;
  const problem = { code: 'ENT_NOT_BLOCKED', message };
  return { uai, differences, problem, lines: [...lines, `    ${message}`] };
}

function schoolLines(uai: string, differences: readonly EntDifference[], compared: number) {
  const found = `${plural(compared, 'compte comparé', 'comptes comparés')}, ${plural(differences.length, 'différence', 'différences')}`;
  return [`${uai}  ${found}`, ...differences.map(differenceLine)];
}

const refusalLines = (uai: string, { code, message, details }: DomainError) => [
  `${uai}  ${message} (${[code, details['entCode']].filter(Boolean).join(', ')})`,
  ...(details['entCode'] === 'ENT_ANSWER_EMPTY'
    ? [
        `    L’ENT dit n’avoir plus personne dans cette école. Si c’est vrai : --apply --confirm-missing ${String(details['compared'])}`,
      ]
    : []),
];

function differenceLine({ kind, accountId, entId, externalId, wasUsed, isBlocked }: EntDifference) {
  const nouns: Partial<Record<EntDifferenceKind, string>> = {
    [EntDifferenceKind.CLASS]: 'classe',
    [EntDifferenceKind.SCHOOL]: 'structure',
  };
  const whom =
    accountId === '' ? `${nouns[kind] ?? 'utilisateur'} ${entId}` : `compte ${accountId}`;
  const notes = [
    wasUsed && kind === EntDifferenceKind.MISSING ? 'déjà utilisé, il lui faudra un courrier' : '',
    externalId !== '' && externalId !== accountId ? `nommé ${externalId} par l’ENT` : '',
    isBlocked && (accountId === '' || kind === EntDifferenceKind.DUPLICATE) ? 'bloqué' : '',
  ].filter((note) => note !== '');
  return `    ${words[kind]}  ${[whom, ...notes].join(', ')}`;
}

const words: Readonly<Record<EntDifferenceKind, string>> = {
  [EntDifferenceKind.UNSPECIFIED]: 'autre',
  [EntDifferenceKind.MISSING]: 'absent de l’ENT, à recréer',
  [EntDifferenceKind.ELSEWHERE]: 'dans une autre école de l’ENT, à déplacer',
  [EntDifferenceKind.PRE_DELETED]: 'en attente de suppression dans l’ENT, à y restaurer à la main',
  [EntDifferenceKind.RENUMBERED]: 'connu de l’ENT sous un autre numéro, à noter',
  [EntDifferenceKind.BACK]: 'supprimé et revenu, à supprimer de nouveau',
  [EntDifferenceKind.BLOCK]: 'blocage différent, à remettre',
  [EntDifferenceKind.PLACE]: 'pas dans sa classe, ou dans une autre en plus : à remettre',
  [EntDifferenceKind.NAME]: 'sous un autre nom ou une autre date de naissance, à renommer',
  [EntDifferenceKind.KEY]:
    'sous une clé que sa connexion ne cherche pas, jamais utilisé : à refaire',
  [EntDifferenceKind.LINKS]: 'liens de famille différents, à remettre',
  [EntDifferenceKind.ADOPTABLE]: 'attend cet utilisateur, à reprendre',
  [EntDifferenceKind.UNKNOWN]: 'créé par nous et inconnu, à bloquer ; une personne décide',
  [EntDifferenceKind.CLASS]: 'classe renommée dans l’ENT, ou retrouvée par ses élèves',
  [EntDifferenceKind.SCHOOL]: 'école sous un autre UAI ou un autre nom dans l’ENT',
  [EntDifferenceKind.BY_HAND]: 'créé à la main dans une de nos classes, laissé tel quel',
  [EntDifferenceKind.ACTIVATION]:
    'activé chez nous, code de nouveau inutilisé dans l’ENT : lettre à imprimer',
  [EntDifferenceKind.EXCHANGED]:
    'porte l’identifiant d’un autre compte : les deux sont bloqués, à corriger dans l’ENT',
  [EntDifferenceKind.IDENTIFIER]: 'sous un identifiant inconnu : à corriger dans l’ENT',
  [EntDifferenceKind.DUPLICATE]: 'en double dans l’ENT : à bloquer, ou à fusionner dans l’ENT',
};

function summary(outcomes: readonly Outcome[], isWhole: boolean): string[] {
  const differences = outcomes.reduce((sum, each) => sum + each.differences.length, 0);
  const problems = outcomes.filter(({ problem }) => problem).length;
  const last = outcomes.at(-incidentsMax - 1)?.uai;
  const unconfirmed = outcomes.filter(
    ({ problem }) =>
      problem?.code === 'ENT_MISSING_UNCONFIRMED' || problem?.entCode === 'ENT_ANSWER_EMPTY',
  );
  return [
    [
      plural(outcomes.length, 'école lue', 'écoles lues'),
      plural(differences, 'différence', 'différences'),
      plural(problems, 'école à reprendre', 'écoles à reprendre'),
    ].join(' ; ') + '.',
    ...(unconfirmed.length > 1
      ? [
          `${unconfirmed.length} écoles attendent une confirmation : npm run ent -- provisioning missing, puis missing propose --motif ENT_RESTAURE ; une autre personne décide.`,
        ]
      : []),
    ...(isWhole
      ? []
      : [
          `L’ENT ne répond pas : arrêté là.${last === undefined ? '' : ` La suite : --after ${last}`}`,
        ]),
  ];
}
