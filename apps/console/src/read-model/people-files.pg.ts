import type { QueryConfig } from 'pg';
import { Parameters } from './parameters.js';
import type { Scope } from './person-file.js';
import { placeSeen, schoolVisible } from './places-seen.pg.js';

/** Of a place out of scope, where somebody is now, no more than that there is one; not of a relative's: it would tell of a child. */
const elsewhere = `e.ends_on is null and e.profile <> 'RELATIVE'`;

/** Their places in the schools that are in scope, the present ones first; and, not `seen`, that there is one elsewhere. */
export function placesOfPeople(ids: readonly string[], scope: Scope): QueryConfig {
  const parameters = new Parameters();
  const seen = (column: string) => `case when e.seen then e.${column} end`;
  const text = `
    select e.person_id, e.seen, ${seen('profile')} as profile, ${seen('uai')} as uai,
      coalesce(s.name, ${seen('uai')}) as "schoolName", coalesce(s.commune, '') as commune,
      ${seen('class_label')} as "classLabel", ${seen('level')} as level, ${seen('further_classes')} as "furtherClasses",
      ${seen('groups')} as groups, ${seen('starts_on')} as "startsOn", ${seen('ends_on')} as "endsOn"
    from (
      select e.*, ${schoolVisible(scope, 'e.uai', parameters)} as seen
      from enrolment e where e.person_id = any(${parameters.add(ids)}) offset 0) e
    left join school s on e.seen and s.uai = e.uai
    where e.seen or (${elsewhere})
    order by e.person_id, e.ends_on is not null, e.starts_on desc, e.position`;
  return { name: `places of people, ${scope.kind}`, text, values: parameters.values };
}

/** All their accounts, without a school that is out of scope. */
export function accountsOfPeople(ids: readonly string[], scope: Scope): QueryConfig {
  const parameters = new Parameters();
  const text = `
    select person_id, account_id as "accountId", profile, state, since, failure_code as "failureCode",
      case when ${schoolVisible(scope, 'a.uai', parameters)} then uai else '' end as uai
    from account a where person_id = any(${parameters.add(ids)})
    order by person_id, state = 'DELETED', since desc, account_id`;
  return { name: `accounts of people, ${scope.kind}`, text, values: parameters.values };
}

/** Schools by UAI, in the order of a list; of one that is out of scope no more than that. */
export function schoolsNamed(uais: readonly string[], scope: Scope): QueryConfig {
  const parameters = new Parameters();
  const text = `
    select u.uai, u.seen, coalesce(s.name, u.uai) as "schoolName", coalesce(s.commune, '') as commune
    from (
      select u.uai, ${schoolVisible(scope, 'u.uai', parameters)} as seen from unnest(${parameters.add(uais)}::text[]) u (uai) offset 0) u
    left join school s on u.seen and s.uai = u.uai order by commune, "schoolName", u.uai`;
  return { name: `schools, ${scope.kind}`, text, values: parameters.values };
}

/** Of those who are in scope themselves. */
export function namesOfPeople(ids: readonly string[], scope: Scope): QueryConfig {
  const parameters = new Parameters();
  const text = `
    select p.person_id as "personId", p.last_name as "lastName", p.first_name as "firstName"
    from person p where p.person_id = any(${parameters.add(ids)})
      and (${placeSeen(scope, 'p.person_id', parameters)} limit 1) is not null`;
  return { name: `names of people, ${scope.kind}`, text, values: parameters.values };
}
