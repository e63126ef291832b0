import { DirectoryService, type Source } from '#libs/contracts';
import { askService } from './ent/ask.js';
import { type Given, numberOf, status, UsageError } from './ent/command.js';

export const declaration = {
  kind: { type: 'string' },
  title: { type: 'string' },
  academy: { type: 'string' },
  priority: { type: 'string' },
  priorities: { type: 'string' },
  departments: { type: 'string' },
  schools: { type: 'string' },
  profiles: { type: 'string' },
  disabled: { type: 'boolean' },
  deltas: { type: 'boolean' },
  'every-days': { type: 'string' },
} as const;

/** `directory declare-source CODE …`: what is not given is empty, so a correction says all of it. */
export async function declareSource(given: Given) {
  const title = given.text('title');
  if (title === undefined) throw new UsageError('--title : l’intitulé de la source est attendu.');
  const source = {
    sourceCode: given.operands[0] ?? '',
    kind: given.text('kind') ?? 'AAF_1D',
    title,
    academyCode: given.text('academy') ?? '',
    priority: numberOf(given, 'priority') ?? 100,
    priorities: prioritiesOf(given),
    departments: listOf(given, 'departments'),
    uais: listOf(given, 'schools'),
    profiles: listOf(given, 'profiles'),
    disabled: given.isSet('disabled'),
    deliversDeltas: given.isSet('deltas'),
    everyDays: numberOf(given, 'every-days') ?? 0,
  };
  const answer = await askService('directory', DirectoryService, given, (client) =>
    client.declareSource(source),
  );
  return {
    status: status.ok,
    json: answer,
    lines: [`Source ${source.sourceCode} déclarée : elle peut livrer (directory import).`],
  };
}

/** `directory sources`. */
export async function listSources(given: Given) {
  const answer = await askService('directory', DirectoryService, given, (client) =>
    client.listSources({ limit: 200, cursor: '' }),
  );
  return {
    status: status.ok,
    json: answer,
    lines:
      answer.sources.length === 0
        ? ['Aucune source : déclarez-en une avec directory declare-source.']
        : answer.sources.flatMap(linesOf),
  };
}

const linesOf = ({ sourceCode, kind, title, disabled, ...source }: Source) => [
  `${sourceCode}  ${title} (${kind}), priorité ${priorityOf(source)}${disabled ? ', DÉSACTIVÉE' : ''}.`,
  `  Écoles : ${[...source.departments, ...source.uais].join(', ') || 'toutes'} ; profils : ${source.profiles.join(', ') || 'tous'}${source.deliversDeltas ? (kind === 'LDAP' ? ' ; lu par changements' : ' ; livre des changements (Delta)') : ''}.`,
  `  ${kind === 'LDAP' ? 'Lecture complète' : 'Livraison complète'} : ${source.lastFullOn || 'aucune'} ; changements : ${source.lastDeltaOn || 'aucun'}${source.everyDays > 0 ? ` ; attendue tous les ${source.everyDays} jours au plus` : ''}.`,
  ...(source.incident ? [incidentOf(source, source.incident)] : []),
  ...(source.schoolsHeld > 0
    ? [
        `  À décider : ${source.schoolsHeld} (écoles, ou la source entière) ; directory imports --source ${sourceCode}.`,
      ]
    : []),
];

const incidentOf = (
  { schoolsStopped }: Pick<Source, 'schoolsStopped'>,
  { importId, code, message, since }: NonNullable<Source['incident']>,
) =>
  `  INCIDENT depuis le ${since}, import ${importId}${schoolsStopped > 1 ? ` (et ${schoolsStopped - 1} autres écoles)` : ''} : ${message} (${code})`;

/** As they are declared: `--priorities NAMES=5,PLACES=30`. */
const priorityOf = ({ priority, priorities }: Pick<Source, 'priority' | 'priorities'>) =>
  [priority, ...priorities.map((one) => `${one.attribute}=${one.priority}`)].join(', ');

function prioritiesOf(given: Given) {
  return listOf(given, 'priorities').map((stated) => {
    const [, attribute = '', priority = ''] = /^([A-Z_]+)=(\d{1,4})$/.exec(stated) ?? [];
    if (attribute === '')
      throw new UsageError(
        '--priorities attend des attributs et leur priorité, par exemple NAMES=5,PLACES=30.',
      );
    return { attribute, priority: Number(priority) };
  });
}

const listOf = (given: Given, name: string): string[] =>
  (given.text(name) ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
