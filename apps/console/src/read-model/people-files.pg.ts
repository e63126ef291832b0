import type { QueryConfig } from 'pg';
import { Parameters } from './parameters.js';
import type { Scope } from './person-file.js';
import { placeSeen, schoolVisible } from './places-seen.pg.js';

/** Their places in the schools that are in scope, the present ones first. */
export function placesOfPeople(ids: readonly string[], scope: Scope): QueryConfig {
  const parameters = new Parameters();
  const text = `
    select e.person_id, e.profile, e.uai, coalesce(s.name, e.uai) as "schoolName", coalesce(s.commune, '') as commune,
      e.class_label as "classLabel", e.level, e.further_classes as "furtherClasses", e.groups,
      e.starts_on as "startsOn", e.ends_on as "endsOn"
    from enrolment e left join school s using (uai)
    where e.person_id = any(${parameters.add(ids)}) and ${schoolVisible(scope, 'e.uai', parameters)}
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

/** The schools that they are in now, further ones too, and whether each is in scope. */
export function schoolsOfPeople(ids: readonly string[], scope: Scope): QueryConfig {
  const parameters = new Parameters();
  const people = parameters.add(ids);
  const text = `
    select h.person_id, h.uai, h.further, coalesce(s.name, h.uai) as "schoolName", coalesce(s.commune, '') as commune,
      ${schoolVisible(scope, 'h.uai', parameters)} as seen
    from (select person_id, uai, false as further from enrolment
           where person_id = any(${people}) and ends_on is null and profile <> 'RELATIVE'
          union select person_id, unnest(further_uais), true from person where person_id = any(${people})) h
    left join school s using (uai) order by h.person_id, commune, "schoolName", h.uai`;
  return { name: `schools of people, ${scope.kind}`, text, values: parameters.values };
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
