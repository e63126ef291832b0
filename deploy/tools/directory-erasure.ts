import { DirectoryService, type Erasure, type ProofPlace } from '#libs/contracts';
import { askService } from './ent/ask.js';
import { type Given, numberOf, status } from './ent/command.js';

export const erasuresAsked = {
  from: { type: 'string' },
  to: { type: 'string' },
  unexpected: { type: 'boolean' },
  limit: { type: 'string' },
  cursor: { type: 'string' },
} as const;

/** `directory erasure-proof PERSON`: what every service, the ENT and Kafka still hold of it now, and which rule allows it. */
export async function proveErasure(given: Given) {
  const [personId = ''] = given.operands;
  const proof = await askService('directory', DirectoryService, given, (client) =>
    client.proveErasure({ personId }),
  );
  const { erasure, places } = proof;
  const isProven = erasure?.unexpected === 0;
  return {
    status: isProven ? status.ok : status.refused,
    json: proof,
    lines: [
      ...(erasure ? [erasureLine(erasure)] : []),
      ...places.map(placeLine),
      isProven
        ? 'Effacement prouvé à cet instant : rien d’autre que ce qu’une règle permet.'
        : 'Effacement NON PROUVÉ : voyez les lignes marquées « ! » (deploy/README.md, EntErasuresUnproven).',
    ],
  };
}

/** `directory erasures`: who was erased, the newest first, by id. */
export async function listErasures(given: Given) {
  const answer = await askService('directory', DirectoryService, given, (client) =>
    client.listErasures({
      ...{ from: given.text('from') ?? '', to: given.text('to') ?? '' },
      unexpectedOnly: given.isSet('unexpected'),
      limit: numberOf(given, 'limit') ?? 50,
      cursor: given.text('cursor') ?? '',
    }),
  );
  const { due, overdue, erasures, nextCursor } = answer;
  return {
    status: overdue > 0 ? status.refused : status.ok,
    json: answer,
    lines: [
      `À effacer aujourd’hui : ${due} ; en retard sur les trois mois : ${overdue}.`,
      ...erasures.map(erasureLine),
      ...(nextCursor === '' ? [] : [`Suite : --cursor ${nextCursor}`]),
    ],
  };
}

const erasureLine = ({ personId, leftOn, erasedOn, toldAgainOn, provedAt, unexpected }: Erasure) =>
  [
    `${personId} : parti le ${leftOn}, effacé le ${erasedOn}`,
    toldAgainOn === '' ? '' : `, republié le ${toldAgainOn}`,
    provedAt === '' ? ', pas encore prouvé.' : `, prouvé le ${provedAt.slice(0, 10)}`,
    provedAt === ''
      ? ''
      : unexpected === 0
        ? ' : rien d’inattendu.'
        : ` : ${unexpected} inattendu${unexpected > 1 ? 's' : ''}.`,
  ].join('');

const marks: Readonly<Record<string, string>> = { NOTHING: ' ', ALLOWED: '·', BY_DESIGN: '·' };
const placeLine = ({ system, place, verdict, words, until, rows }: ProofPlace) =>
  [
    `${marks[verdict] ?? '!'} ${system}${place === '' ? '' : ` ${place}`}`,
    rows > 0 ? ` (${rows})` : '',
    ` : ${words}`,
    until === '' ? '' : ` Jusqu’au ${until}.`,
  ].join('');
