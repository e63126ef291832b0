import {
  DirectoryService,
  type Double,
  type DoubleSide,
  type Merge,
  type SchoolOfPerson,
} from '#libs/contracts';
import { frenchDate, localDate } from '#libs/time';
import { profileWords, reasonsInWords, wordOf } from '#libs/trade';
import { askService } from './ent/ask.js';
import { type Given, numberOf, status, UsageError } from './ent/command.js';

export const asked = { school: { type: 'string' }, limit: { type: 'string' } } as const;
export const answered = { version: { type: 'string' } } as const;
export const listed = { limit: { type: 'string' } } as const;

/** `directory doubles`: who may be in it twice, without a name; the page of support shows both sides. */
export async function listDoubles(given: Given) {
  const answer = await askService('directory', DirectoryService, given, (client) =>
    client.listDoubles({ uai: given.text('school') ?? '', limit: numberOf(given, 'limit') ?? 50 }),
  );
  return {
    status: status.ok,
    json: answer,
    lines:
      answer.doubles.length === 0
        ? ['Aucune question en attente.']
        : [
            ...answer.doubles.flatMap(doubleLines),
            ...(answer.nextCursor === '' ? [] : ['… et d’autres : --limit, 200 au plus.']),
          ],
  };
}

export const same = (given: Given) =>
  decide(given, 'SAME', (mergeId) => `Réunies : directory part ${mergeId} défait cette réunion.`);

export const different = (given: Given) =>
  decide(given, 'DIFFERENT', () => 'Deux personnes : la question n’est plus posée.');

/** About the two as `directory doubles` showed them (`--version`), else as they are now. */
async function decide(
  given: Given,
  answer: 'SAME' | 'DIFFERENT',
  done: (mergeId: string) => string,
) {
  const pairId = given.operands[0] ?? '';
  const decided = await askService('directory', DirectoryService, given, async (client) => {
    const { doubles } = await client.listDoubles({ pairId, limit: 1 });
    const expectedVersion = numberOf(given, 'version') ?? doubles[0]?.version ?? 0;
    return client.decideDouble({ pairId, answer, expectedVersion });
  });
  return { status: status.ok, json: decided, lines: [done(decided.mergeId)] };
}

export const merged = { ...listed, 'decided-by': { type: 'string' } } as const;

/** `directory merges`: what people answered, and whom imports recognised by score. */
export async function listMerges(given: Given) {
  const answer = await askService('directory', DirectoryService, given, (client) =>
    client.listMerges({
      limit: numberOf(given, 'limit') ?? 50,
      decidedBy: handOf(given.text('decided-by')),
    }),
  );
  return {
    status: status.ok,
    json: answer,
    lines: answer.merges.length === 0 ? ['Aucune réunion.'] : answer.merges.map(mergeLine),
  };
}

const hands: Readonly<Record<string, string>> = { personne: 'PERSON', import: 'IMPORT' };

function handOf(word: string | undefined): string {
  if (word === undefined) return '';
  const hand = hands[word.toLowerCase()];
  if (!hand) throw new UsageError('--decided-by attend « personne » ou « import ».');
  return hand;
}

/** `directory part MERGE`. */
export async function part(given: Given) {
  const answer = await askService('directory', DirectoryService, given, (client) =>
    client.undoMerge({ mergeId: given.operands[0] ?? '' }),
  );
  return {
    status: status.ok,
    json: answer,
    lines: ['Réunion défaite : chacun a retrouvé ses identifiants, ses places et ses proches.'],
  };
}

const doubleLines = ({ pairId, version, score, reasons, foundOn, known, newcomer }: Double) => [
  `${pairId}  version ${version}, ${score}/100, trouvée le ${dayOf(foundOn)}. ${reasonsInWords(reasons)}`,
  `  connue    ${sideText(known)}`,
  `  nouvelle  ${sideText(newcomer)}`,
];

const sideText = (side: DoubleSide | undefined) =>
  [
    side?.personId,
    side?.profiles.map((profile) => wordOf(profileWords, profile)).join(' et '),
    schoolsOf(side),
    side?.sources.join(', '),
  ].join('  ');
/** By name, as people call them; by UAI where the directory knows none. */
const schoolsOf = (of: Placed | undefined) =>
  of?.uais
    .map((uai) => {
      const school = of.schools.find((one) => one.uai === uai);
      return school ? `${school.name}, ${school.commune} (${uai})` : uai;
    })
    .join(' et ');

type Placed = { readonly uais: readonly string[]; readonly schools: readonly SchoolOfPerson[] };

const dayOf = (day: string) => frenchDate(localDate(day));

const mergeLine = (merge: Merge) => {
  const { mergeId, survivorId, absorbedId, mergedOn, undoneOn, score, reasons } = merge;
  const by = merge.decidedBy === 'IMPORT' ? `par l’import ${merge.importId}` : 'par une personne';
  const undone = undoneOn === '' ? '' : ` Défaite le ${dayOf(undoneOn)}.`;
  return `${mergeId}  le ${dayOf(mergedOn)}, ${by} : ${absorbedId} dans ${survivorId} (${schoolsOf(merge)}), ${score}/100. ${reasonsInWords(reasons)}${undone}`;
};
