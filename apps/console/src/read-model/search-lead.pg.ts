import type { Transaction } from '#libs/persistence';
import { Parameters } from './parameters.js';
import type { PeopleQuery, Scope } from './person-file.js';

/** What a search walks through, comparing all else that is asked: the rarest of what is asked. */
export type Lead =
  | { readonly by: 'WORD'; readonly word: string }
  | { readonly by: 'SCHOOLS'; readonly uais: readonly string[] }
  | { readonly by: 'BIRTH_DATE' }
  | { readonly by: 'IDS'; readonly personIds: readonly string[] };

/** So many are counted of each: of what is more frequent still, two together are found soon. */
const countedMax = 500;
/** Of the words the longest, so many. */
const wordsMax = 4;

/** A visitor who sees some schools alone searches through their people. Throws RangeError where nothing is asked. */
export async function leadOf(
  scope: Scope,
  { nameWords = [], uais, present, personIds, bornOn }: PeopleQuery,
  tx: Transaction,
): Promise<Lead> {
  if (personIds) return { by: 'IDS', personIds };
  const schools = present ? [present.uai] : uais;
  if (scope.kind === 'SCHOOLS') {
    const asked = schools ?? scope.uais;
    return { by: 'SCHOOLS', uais: asked.filter((uai) => scope.uais.includes(uai)) };
  }
  const words = [...nameWords].sort((left, right) => right.length - left.length);
  const leads: Lead[] = [
    ...(schools ? [{ by: 'SCHOOLS', uais: schools } as const] : []),
    ...(bornOn === undefined ? [] : [{ by: 'BIRTH_DATE' } as const]),
    ...words.slice(0, wordsMax).map((word) => ({ by: 'WORD', word }) as const),
  ];
  if (leads.length <= 1) {
    const [only] = leads;
    if (!only) throw new RangeError('A search of a market asks for a name, a school or a date');
    return only;
  }
  const row = await tx.row<Record<string, number>>(counting(leads, bornOn));
  return leads.reduce((rarest, lead, at) =>
    row![`n${at}`]! < row![`n${leads.indexOf(rarest)}`]! ? lead : rarest,
  );
}

function counting(leads: readonly Lead[], bornOn: string | undefined) {
  const parameters = new Parameters();
  const counts = leads.map((lead, at) => {
    const among = amongWhom(lead, bornOn, parameters);
    return `(select count(*) from (select 1 from ${among} limit ${countedMax}) x)::int as n${at}`;
  });
  const name = `people counted by ${leads.map(({ by }) => by).join(' ')}`;
  return { name, text: `select ${counts.join(', ')}`, values: parameters.values };
}

function amongWhom(lead: Lead, bornOn: string | undefined, parameters: Parameters): string {
  switch (lead.by) {
    case 'WORD': {
      const [from, to] = prefixRange(lead.word).map((bound) => parameters.add(bound));
      return `person_word w where w.is_first_name = any('{f,t}') and w.word >= ${from} and w.word < ${to}`;
    }
    case 'SCHOOLS':
      return `enrolment e where e.uai = any(${parameters.add(lead.uais)})`;
    case 'BIRTH_DATE':
      return `person p where p.birth_date = ${parameters.add(bornOn)}`;
    default:
      throw new RangeError('Ids are never counted');
  }
}

/** Of all words that begin so: of letters a to z and digits, before which the upper bound stands none. */
export function prefixRange(prefix: string): [from: string, to: string] {
  return [prefix, `${prefix}{`];
}
