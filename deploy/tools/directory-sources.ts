import { DirectoryService, type Source } from '#libs/contracts';
import { askService } from './ent/ask.js';
import { type Given, numberOf, status, UsageError } from './ent/command.js';

export const declaration = {
  kind: { type: 'string' },
  title: { type: 'string' },
  academy: { type: 'string' },
  priority: { type: 'string' },
  departments: { type: 'string' },
  schools: { type: 'string' },
  profiles: { type: 'string' },
  disabled: { type: 'boolean' },
  deltas: { type: 'boolean' },
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
    departments: listOf(given, 'departments'),
    uais: listOf(given, 'schools'),
    profiles: listOf(given, 'profiles'),
    disabled: given.isSet('disabled'),
    deliversDeltas: given.isSet('deltas'),
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

const linesOf = ({ sourceCode, kind, title, priority, disabled, ...source }: Source) => [
  `${sourceCode}  ${title} (${kind}), priorité ${priority}${disabled ? ', DÉSACTIVÉE' : ''}.`,
  `  Écoles : ${[...source.departments, ...source.uais].join(', ') || 'toutes'} ; profils : ${source.profiles.join(', ') || 'tous'}${source.deliversDeltas ? (kind === 'LDAP' ? ' ; lu par changements' : ' ; livre des changements (Delta)') : ''}.`,
  `  ${kind === 'LDAP' ? 'Lecture complète' : 'Livraison complète'} : ${source.lastFullOn || 'aucune'} ; changements : ${source.lastDeltaOn || 'aucun'}.`,
];

const listOf = (given: Given, name: string): string[] =>
  (given.text(name) ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
