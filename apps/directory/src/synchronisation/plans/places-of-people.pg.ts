/** All places of a person, as the domain has them. */
export const PLACES = (person: string): string => `coalesce((
  select jsonb_agg(jsonb_build_object('profile', e.profile, 'uai', e.uai, 'startsOn', e.starts_on, 'endsOn', e.ends_on,
      'classId', e.class_id, 'classLabel', e.class_label, 'level', e.level, 'isHead', e.is_head,
      'post', e.post, 'classes', e.classes, 'groups', e.groups)
    order by e.profile, e.uai, e.starts_on)
  from enrolment e where e.person_id = ${person}), '[]')`;

/** What the identifiers of a person state now. $1: the person. */
export const OWN_PLACES = `
  select distinct l.profile, l.uai from stated_person s
  join stated_place l on l.source = s.source and l.source_key = s.source_key where s.person_id = $1`;
/** Likewise, as `PROFILE UAI`. */
export const statedBy = (person: string): string =>
  `array(select profile || ' ' || uai from (${OWN_PLACES.replace('$1', person)}) l)`;
