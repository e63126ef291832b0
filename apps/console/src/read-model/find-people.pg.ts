import type { QueryConfig } from 'pg';
import { Parameters } from './parameters.js';
import type { PeopleQuery, Scope } from './person-file.js';
import { placesOf, placeSeen, schoolVisible } from './places-seen.pg.js';
import { type Lead, prefixRange } from './search-lead.pg.js';

export type PersonRow = {
  person_id: string;
  last_name: string;
  first_name: string;
  birth_date: string | null;
  child_ids: string[];
  guardian_ids: string[];
  /** Beside a pupil's home school. */
  further_uais: string[];
};

/** Where a page begins: after this person, in the order of what leads the search. */
export type Start = {
  readonly personId: string;
  readonly sortName: string;
  /** The word that the person is found by, where a word leads. */
  readonly word?: string | undefined;
  readonly isFirstName?: boolean | undefined;
};

/**
 * The statement that finds people. It walks one index in the order of the list, from what leads the search on, compares
 * each entry with all else that is asked and with what the visitor may see, and stops once the page is full. The laterals
 * and sub-selects that stop at one row keep that order of steps; `walkIndexes` keeps PostgreSQL from another. Few texts,
 * however many words there are: each is prepared once.
 */
export function findPeople(
  scope: Scope,
  query: PeopleQuery,
  lead: Lead,
  after: Start | undefined,
): QueryConfig {
  const parameters = new Parameters();
  const led = lead.by === 'WORD' ? lead.word : undefined;
  const [first, ...more] = (query.nameWords ?? []).filter((word) => word !== led).map(wordLike);
  const asked: Asked = {
    scope,
    query,
    parameters,
    after,
    others: [
      ...(first ? [`like ${parameters.add(first)}`] : []),
      ...(more.length > 0 ? [`like all (${parameters.add(more)}::text[])`] : []),
    ],
    bornOn: `${parameters.add(query.bornOn ?? null)}::date`,
    limit: `${parameters.add(query.limit + 1)}::int`,
  };
  const found = foundBy(lead, asked);
  const text = `
    select p.person_id, p.last_name, p.first_name, p.birth_date, p.child_ids, p.guardian_ids, p.further_uais
    from (${found}) f cross join lateral (select * from person where person.person_id = f.person_id limit 1) p
    order by f.place`;
  const name = `people by ${lead.by} and ${asked.others.length} of ${scope.kind}`;
  return { name, text, values: parameters.values };
}

/** Of a sort name, which has a space before each word. */
const wordLike = (word: string) => `% ${word}%`;

const alike = (sortName: string, { others }: Pick<Asked, 'others'>) =>
  others.map((like) => ` and ${sortName} ${like}`).join('');

type Asked = {
  readonly scope: Scope;
  readonly query: PeopleQuery;
  readonly parameters: Parameters;
  readonly after: Start | undefined;
  /** Conditions for the sort name, of the words that do not lead. */
  readonly others: readonly string[];
  readonly bornOn: string;
  readonly limit: string;
};

function foundBy(lead: Lead, asked: Asked): string {
  const found = lead.by === 'WORD' ? byWord(lead.word, asked) : inOrderOfNames(lead, asked);
  return `select row_number() over () as place, person_id from (${found}) one`;
}

/** First whose last name has a word that begins so, by that word; then whose first name alone has. */
function byWord(prefix: string, { scope, query, parameters, after, ...asked }: Asked): string {
  const [from, to] = prefixRange(prefix).map((bound) => parameters.add(bound));
  const seen = placeSeen(scope, 'w.person_id', parameters, query.uais);
  // Few have two words that begin so: of the others none is looked up.
  const twice = parameters.add(`${wordLike(prefix)} ${prefix}%`);
  const part = (isFirstName: boolean) => {
    const begin = beginning(isFirstName, prefix, after);
    return `(
      select w.person_id from person_word w
      where w.is_first_name = ${isFirstName} and w.word < ${to}
        and (w.word, w.sort_name, w.person_id) > (${begin.map((value) => `${parameters.add(value)}::text`).join(', ')})
        ${alike('w.sort_name', asked)} and (${asked.bornOn} is null or w.birth_date = ${asked.bornOn})
        and (w.sort_name not like ${twice} or (select 1 from person_word o where o.person_id = w.person_id and o.word >= ${from} and o.word < ${to}
                and (o.is_first_name, o.word) < (w.is_first_name, w.word) limit 1) is null)
        and (${seen} limit 1) is not null
      order by w.word, w.sort_name, w.person_id limit ${asked.limit})`;
  };
  return `${part(false)} union all ${part(true)} limit ${asked.limit}`;
}

/**
 * The index is entered at one place, so this is the prefix's lower bound too. Nulls begin nowhere: the page before has
 * gone past that part.
 */
function beginning(
  isFirstName: boolean,
  prefix: string,
  after: Start | undefined,
): (string | null)[] {
  if (after === undefined || (isFirstName && !after.isFirstName)) return [prefix, '', ''];
  if (after.isFirstName !== isFirstName) return [null, null, null];
  return [after.word!, after.sortName, after.personId];
}

function inOrderOfNames(lead: Exclude<Lead, { by: 'WORD' }>, asked: Asked): string {
  const { scope, query, parameters, after, bornOn, limit } = asked;
  const begin = `(${parameters.add(after?.sortName ?? '')}::text, ${parameters.add(after?.personId ?? '')}::text)`;
  if (lead.by === 'SCHOOLS') {
    const today = scope.kind === 'SCHOOLS' ? { today: scope.today } : {};
    const present = query.present ?? today;
    const visible = scope.kind === 'MARKETS' ? schoolVisible(scope, 's.uai', parameters) : 'true';
    return `
      select distinct e.sort_name, e.person_id from unnest(${parameters.add(lead.uais)}::text[]) s (uai)
        cross join lateral (
          select distinct e.sort_name, e.person_id from ${placesOf('s.uai', present, parameters)}
            and (e.sort_name, e.person_id) > ${begin}${alike('e.sort_name', asked)}
            and (${bornOn} is null or (select p.birth_date from person p where p.person_id = e.person_id) = ${bornOn})
          order by e.sort_name, e.person_id limit ${limit}) e
      where ${visible} order by e.sort_name, e.person_id limit ${limit}`;
  }
  const from =
    lead.by === 'BIRTH_DATE'
      ? `person p where p.birth_date = ${bornOn}`
      : `unnest(${parameters.add(lead.personIds)}::text[]) id
           cross join lateral (select * from person where person.person_id = id limit 1) p
         where (${bornOn} is null or p.birth_date = ${bornOn})`;
  return `
    select p.sort_name, p.person_id from ${from}
      and (p.sort_name, p.person_id) > ${begin}${alike('p.sort_name', asked)}
      and (${placeSeen(scope, 'p.person_id', parameters, query.uais)} limit 1) is not null
    order by p.sort_name, p.person_id limit ${limit}`;
}
