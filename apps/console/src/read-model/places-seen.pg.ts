import type { Parameters } from './parameters.js';
import type { PresentPlace, Scope } from './person-file.js';

/** All classes of a place `e`: a pupil's own and further ones, those that an adult has. */
export const classes = `array_append(e.further_classes, e.class_label)`;

/** The places, as `e`, of a school: on a day, of a profile and in a class, where any is named. */
export function placesOf(
  uai: string,
  { today, profile, classLabel: label }: Partial<PresentPlace>,
  parameters: Parameters,
): string {
  const [day, ofProfile, classLabel] = [
    `${parameters.add(today ?? null)}::date`,
    `${parameters.add(profile ?? null)}::text`,
    `${parameters.add(label ?? null)}::text`,
  ];
  return `enrolment e where e.uai = ${uai}
    and (${day} is null or (e.starts_on <= ${day} and (e.ends_on is null or e.ends_on > ${day})))
    and (${ofProfile} is null or e.profile = ${ofProfile}) and (${classLabel} is null or ${classLabel} = any(${classes}))`;
}

/** A row for each place of a person that a visitor may see, in these schools where any are named. */
export function placeSeen(
  scope: Scope,
  personId: string,
  parameters: Parameters,
  uais?: readonly string[],
): string {
  const among = `${parameters.add(uais ?? null)}::text[]`;
  const place = `select 1 from enrolment e where e.person_id = ${personId} and (${among} is null or e.uai = any(${among}))`;
  if (scope.kind === 'SCHOOLS') {
    const today = `${parameters.add(scope.today)}::date`;
    return `${place} and e.uai = any(${parameters.add(scope.uais)})
      and e.starts_on <= ${today} and (e.ends_on is null or e.ends_on > ${today})`;
  }
  return `${place} and ${schoolVisible(scope, 'e.uai', parameters)}`;
}

/** Whether a school is in scope: one of these, or one that a member of these markets finances, or has. */
export function schoolVisible(scope: Scope, uai: string, parameters: Parameters): string {
  if (scope.kind === 'SCHOOLS') return `${uai} = any(${parameters.add(scope.uais)})`;
  return `(select 1 from school_financed f where f.uai = ${uai}
             and (select 1 from membership m where m.membership_id = f.membership_id
                     and m.market_code = any(${parameters.add(scope.markets)}) limit 1) is not null limit 1) is not null`;
}
