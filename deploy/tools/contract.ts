import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { ProvisioningService } from '#libs/contracts';
import { plural } from '#libs/money';
import { allCases } from '../../test/contract/open-ent-ng/cases/all-cases.js';
import {
  type CaseOutcome,
  type ContractRun,
  NotOurStructure,
  runContract,
} from '../../test/contract/open-ent-ng/run-contract.js';
import { type RowOutcome, rowOutcomes } from '../../test/contract/open-ent-ng/rows.js';
import { askService } from './ent/ask.js';
import { type Given, jsonOf, pathOf, runOnly, status, UsageError } from './ent/command.js';

export const usage = `ADRESSE [--uai UAI] [--report FICHIER] [--keep] [--login-file FICHIER]   ce que fait un Open ENT-NG, à côté de sa référence
   ADRESSE --write --uai UAI --name NOM   et ce qu’il fait de comptes : dans une école à soi, sans personne
   ADRESSE --simulator --uai UAI --name NOM   et ce que seul un simulateur peut montrer, l’école comprise
   --keep : le rapport est gardé, et le niveau 3 le lit à la page « Refus de l’ENT » (npm run ent -- login d’abord)
   Le compte technique : CONTRACT_LOGIN et CONTRACT_PASSWORD, ou un fichier de deux lignes que nul autre ne lit`;

/** Reading unless told: nothing is changed in a platform of others. No answer of it is kept, only what was made of it. */
export const run = (args: string[]): Promise<number> =>
  runOnly(
    {
      operands: 1,
      options: {
        uai: { type: 'string' },
        name: { type: 'string' },
        write: { type: 'boolean' },
        simulator: { type: 'boolean' },
        report: { type: 'string' },
        keep: { type: 'boolean' },
        'login-file': { type: 'string' },
      },
      run: compareWithReference,
    },
    args,
    `npm run ent -- contract ${usage}`,
  );

async function compareWithReference(given: Given) {
  const asked = runOf(given);
  const { cases, left } = await runContract(asked, allCases).catch((error: unknown) => {
    if (!(error instanceof NotOurStructure)) throw error;
    throw new UsageError(
      `Rien n’a été écrit : cette école n’est pas à vous, ou n’est pas vide (${error.message}).`,
    );
  });
  const figures = countsOf(cases);
  const rows = rowOutcomes(cases);
  const answer = {
    ...{ address: asked.url, at: new Date().toISOString(), ...figures, left, cases },
    rows: rows.map(({ cases: ofRow, ...row }) => ({ ...row, caseIds: ofRow.map(({ id }) => id) })),
  };
  const file = given.text('report');
  if (file !== undefined) writeFileSync(pathOf(file), `${jsonOf(answer)}\n`);
  // Who did not get in has found out nothing about the platform.
  const isKept = given.isSet('keep') && hasEntered(cases);
  if (isKept) await keep(given, { ...answer, level: asked.level });
  return {
    status: !hasEntered(cases)
      ? status.notAsked
      : figures.different > 0
        ? status.refused
        : status.ok,
    json: answer,
    lines: [
      ...cases.flatMap(lineOf),
      ...(hasEntered(cases) ? ['Lignes A à P, mesurées sur entcore 6.15.4 :'] : []),
      ...(hasEntered(cases) ? rows.flatMap(rowLines) : []),
      ...linesOf(asked.url, cases, left),
      ...(isKept ? ['Rapport gardé : page « Refus de l’ENT », niveau 3.'] : []),
    ],
  };
}

/** By what was made of each answer: no report holds what the platform said. */
async function keep(
  given: Given,
  run: {
    readonly address: string;
    readonly at: string;
    readonly level: string;
    readonly confirmed: number;
    readonly left: number;
    readonly cases: readonly CaseOutcome[];
  },
): Promise<void> {
  const { address, at: ranAt, level, confirmed, left } = run;
  const cases = run.cases.flatMap((one) => {
    const { id, source, certainty, verdict } = one;
    if (verdict === 'CONFIRMED') return [];
    const found =
      verdict === 'DIFFERENT'
        ? { expected: one.expected.slice(0, wordsMax), came: one.came.slice(0, wordsMax) }
        : { why: one.why.slice(0, wordsMax) };
    return [{ id, source, certainty, verdict, ...found }];
  });
  const contract = { address, level, ranAt, confirmed, left, cases };
  await askService('provisioning', ProvisioningService, given, (client) =>
    client.recordEntContract({ contract }),
  );
}

const wordsMax = 300;

function runOf(given: Given): ContractRun {
  const url = originOf(given.operands[0] ?? '');
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
  if (!url.startsWith('https:') && !isLoopback)
    throw new UsageError('Un mot de passe ne part qu’en https : donnez une adresse https.');
  const level = given.isSet('simulator')
    ? 'SIMULATOR'
    : given.isSet('write')
      ? 'WRITING'
      : 'READING';
  if (level === 'SIMULATOR' && !isLoopback)
    throw new UsageError(
      'Un simulateur tourne sur cette machine : une autre adresse est un vrai ENT.',
    );
  const [uai, structureName] = [given.text('uai')?.toUpperCase(), given.text('name')];
  if (level !== 'READING' && (!uai || !structureName))
    throw new UsageError('Pour écrire, nommez l’école qui est à vous : --uai UAI --name NOM.');
  return { url, level, uai, structureName, ...credentialsOf(given.text('login-file')) };
}

function originOf(address: string): string {
  try {
    return new URL(address).origin;
  } catch {
    throw new UsageError(`Adresse refusée : ${address}`);
  }
}

const others = 0o077;

/** Never from the command line, where every process of the machine reads it. */
function credentialsOf(file: string | undefined): Pick<ContractRun, 'login' | 'password'> {
  if (file === undefined) {
    const { CONTRACT_LOGIN: login, CONTRACT_PASSWORD: password } = process.env;
    if (login && password) return { login, password };
    throw new UsageError(
      'Avec quel compte ? CONTRACT_LOGIN et CONTRACT_PASSWORD, ou --login-file.',
    );
  }
  const path = pathOf(file);
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) throw new UsageError(`Fichier introuvable : ${file}`);
  if ((mode & others) !== 0)
    throw new UsageError(`D’autres que vous peuvent lire ${file} : chmod 600, puis recommencez.`);
  const [login = '', password = ''] = readFileSync(path, 'utf8').split(/\r?\n/);
  if (!login || !password)
    throw new UsageError(
      `${file} : le compte sur la première ligne, le mot de passe sur la deuxième.`,
    );
  return { login, password };
}

function countsOf(cases: readonly CaseOutcome[]) {
  const count = (verdict: CaseOutcome['verdict']) =>
    cases.filter((one) => one.verdict === verdict).length;
  return {
    confirmed: count('CONFIRMED'),
    different: count('DIFFERENT'),
    unknown: count('UNKNOWN'),
  };
}

const hasEntered = (cases: readonly CaseOutcome[]) =>
  cases.some(({ id, verdict }) => id === 'login' && verdict === 'CONFIRMED');

function linesOf(url: string, cases: readonly CaseOutcome[], left: number): string[] {
  const { confirmed, different, unknown } = countsOf(cases);
  return [
    `${url} : ${[
      plural(confirmed, 'comportement confirmé', 'comportements confirmés'),
      plural(different, 'différent', 'différents'),
      plural(unknown, 'inconnu', 'inconnus'),
    ].join(', ')}.`,
    ...(unknown > 0 ? [`Inconnus : ${whyUnknown(cases)}.`] : []),
    ...(hasEntered(cases) || silenceOf(cases) > 0
      ? []
      : [
          'Le compte n’est pas entré : vérifiez l’identifiant et le mot de passe avant un autre essai, cinq refus ferment la porte un quart d’heure.',
        ]),
    ...(left > 0
      ? [
          `${plural(left, 'compte du contrat reste', 'comptes du contrat restent')} dans l’école : supprimez-les dans l’ENT.`,
        ]
      : []),
  ];
}

/** Row by row: what was asked, how that is to be taken, and what each of its cases was answered. */
function rowLines({ row, asks, verdict, variants, cases }: RowOutcome): string[] {
  const words = {
    AS_MEASURED: 'comme 6.15.4',
    ACCEPTED: `variante acceptée (${variants.join(', ')})`,
    DIFFERENT: 'différent',
    UNKNOWN: 'inconnu',
  } as const;
  return [
    `  ${row}  ${asks} : ${words[verdict]}`,
    ...cases.map((one) => `       ${one.id} : ${answerOf(one)}`),
  ];
}

function answerOf(one: CaseOutcome): string {
  if (one.verdict === 'CONFIRMED') return one.answer;
  if (one.verdict === 'DIFFERENT') return `attendu ${one.expected}, venu ${one.came}`;
  if (one.why === 'WRITING') return 'pas demandé sans --write';
  return one.why === 'SIMULATOR' ? 'pas demandé hors d’un simulateur' : 'sans réponse qui compte';
}

function lineOf(one: CaseOutcome): string[] {
  if (one.verdict !== 'DIFFERENT') return [];
  const { id, source, certainty, expected, came } = one;
  return [
    `différent  ${id} (${source}, ${certainty})`,
    `    attendu : ${expected}`,
    `    venu    : ${came}`,
  ];
}

const silenceOf = (cases: readonly CaseOutcome[]) =>
  cases.filter((one) => one.verdict === 'UNKNOWN' && one.why.startsWith('no answer')).length;

function whyUnknown(cases: readonly CaseOutcome[]): string {
  const whys = cases.flatMap((one) => (one.verdict === 'UNKNOWN' ? [one.why] : []));
  const count = (isSo: (why: string) => boolean) => whys.filter(isSo).length;
  const writing = count((why) => why === 'WRITING');
  const simulator = count((why) => why === 'SIMULATOR');
  const silent = silenceOf(cases);
  const others = whys.length - writing - simulator - silent;
  return [
    ...(writing > 0 ? [`${plural(writing, 'demande', 'demandent')} --write`] : []),
    ...(simulator > 0
      ? [`${plural(simulator, 'ne se voit', 'ne se voient')} que sur un simulateur`]
      : []),
    ...(silent > 0 ? [`${silent} sans réponse`] : []),
    ...(others > 0
      ? [`${others} sans ce qu’il leur faut (une session, une école, ce qu’un autre devait donner)`]
      : []),
  ].join(' ; ');
}
