import type { PeopleQuery, PresentPlace, Scope } from './person-file.js';

export type PersonRow = {
  person_id: string;
  last_name: string;
  first_name: string;
  birth_date: string | null;
  child_ids: string[];
  guardian_ids: string[];
};

/** Values of a statement, in the order of their places in it. */
export class Parameters {
  readonly values: unknown[] = [];
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/**
 * The statement that finds people. It starts from what is asked (the words' index, the schools', the ids), whatever
 * PostgreSQL believes of tables that it never analysed: a plan that began with a market's schools read every person
 * of it. `materialized` and the laterals that stop at one row keep the order of the steps; only as many people are
 * judged as the page needs, in the order of names.
 */
export function findPeople(scope: Scope, query: PeopleQuery): { text: string; values: unknown[] } {
  const parameters = new Parameters();
  const conditions = [
    ...(query.bornOn === undefined ? [] : [`p.birth_date = ${parameters.add(query.bornOn)}::date`]),
    ...(query.after === undefined
      ? []
      : [
          `(p.last_name, p.first_name, p.person_id) >
           (select last_name, first_name, person_id from person where person_id = ${parameters.add(query.after)})`,
        ]),
  ];
  const only = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const text = `
    with candidate as materialized (${candidates(query, parameters)})
    select p.person_id, p.last_name, p.first_name, p.birth_date, p.child_ids, p.guardian_ids
    from (select p.* from candidate c
            cross join lateral (select * from person where person.person_id = c.person_id limit 1) p ${only}
           order by p.last_name, p.first_name, p.person_id offset 0) p
      cross join lateral (${placeSeen(scope, 'p.person_id', parameters)} limit 1) seen
    order by p.last_name, p.first_name, p.person_id limit ${parameters.add(query.limit + 1)}`;
  return { text, values: parameters.values };
}

/** Each once, by all that is asked. */
function candidates(query: PeopleQuery, parameters: Parameters): string {
  const { nameWords, uais, personIds, present } = query;
  const asked = [
    ...(personIds ? [`select unnest(${parameters.add(personIds)}::text[]) as person_id`] : []),
    ...(nameWords ?? []).map(
      (word) => `select person_id from person_word where word like ${parameters.add(`${word}%`)}`,
    ),
    ...(uais ? [`select person_id from enrolment where uai = any(${parameters.add(uais)})`] : []),
    ...(present ? [`select e.person_id from ${placesNow(present, parameters)}`] : []),
  ];
  if (asked.length === 0) return 'select person_id from person';
  return `select distinct person_id from (${asked.join(' intersect ')}) asked`;
}

/** All classes of a place `e`: a pupil's own and further ones, those that an adult has. */
export const CLASSES = `array_append(e.further_classes, e.class_label)`;

/** The places, as `e`, that are somebody's in a school today. */
export function placesNow(place: PresentPlace, parameters: Parameters): string {
  const { uai, today, profile, classLabel } = place;
  const day = `${parameters.add(today)}::date`;
  const only = (value: string | undefined, holds: (asked: string) => string) =>
    value === undefined ? '' : ` and ${holds(parameters.add(value))}`;
  return `enrolment e where e.uai = ${parameters.add(uai)} and e.starts_on <= ${day}
    and (e.ends_on is null or e.ends_on > ${day})${only(profile, (asked) => `e.profile = ${asked}`)}${only(classLabel, (asked) => `${asked} = any(${CLASSES})`)}`;
}

/** A row for each place of a person that a visitor may see. */
export function placeSeen(scope: Scope, personId: string, parameters: Parameters): string {
  if (scope.kind === 'SCHOOLS') {
    const today = `${parameters.add(scope.today)}::date`;
    return `select 1 from enrolment e where e.person_id = ${personId} and e.uai = any(${parameters.add(scope.uais)})
      and e.starts_on <= ${today} and (e.ends_on is null or e.ends_on > ${today})`;
  }
  return `select 1 from enrolment e cross join lateral (${schoolFinanced(scope.markets, 'e.uai', parameters)}) financed
    where e.person_id = ${personId}`;
}

/** One row where a member of these markets finances the school, or has. */
export function schoolFinanced(
  markets: readonly string[],
  uai: string,
  parameters: Parameters,
): string {
  return `select 1 from school_financed f
      cross join lateral (select 1 from membership m where m.membership_id = f.membership_id
                             and m.market_code = any(${parameters.add(markets)}) limit 1) m
    where f.uai = ${uai} limit 1`;
}
