import { priorityInSql } from '../../domain/attribute-priorities.js';
import { firstOf, numberedStatements } from './part-steps.pg.js';

/**
 * Which source each thing that is held of a person has come from (DIR-5), by the order in which it was derived: the first
 * that states what stands there. None: no source states it any more. $1: the person.
 */
export const attributeSources = `
  select ${firstOf('source', 'BIRTH_DATE', 'o.birth_date = p.birth_date')} as birth_date,
    ${firstOf('source', 'INE', 'o.ine_hash = p.ine_hash')} as ine_hash,
    ${firstOf('source', 'ACADEMIC_IDENTIFIER', 'o.academic_identifier = p.academic_identifier')} as academic_identifier
  from (${numberedStatements('select $1::uuid as person_id')}) o join person p using (person_id)`;

const ranked = (attribute: 'PLACES' | 'RELATIONS', rows: string) =>
  `(select c.title, min(${priorityInSql(attribute)}) as rank from ${rows} group by 1) q`;
const inOrder = (attribute: 'PLACES' | 'RELATIONS', rows: string) =>
  `(select string_agg(q.title, ', ' order by q.rank, q.title) from ${ranked(attribute, rows)})`;

/** The sources that state a place, the row `e` of enrolment, now: whose word counts first. */
export const placeSources = inOrder('PLACES', statedPlace());
/** The same, one by one. */
export const placeSourcesListed = `array(select q.title from ${ranked('PLACES', statedPlace())} order by q.rank, q.title)`;

function statedPlace(): string {
  return `stated_person s join declared_source c on c.source_code = s.source
   join stated_place l on l.source = s.source and l.source_key = s.source_key
   where s.person_id = e.person_id and e.ends_on is null and l.profile = e.profile and l.uai = e.uai`;
}

/** And a link, the row `g` of guardian_link. */
export const linkSources = inOrder(
  'RELATIONS',
  `stated_person s join declared_source c on c.source_code = s.source
   join stated_link l on l.source = s.source and l.child_key = s.source_key
   join person_key k on k.source = l.source and k.source_key = l.guardian_key
   where s.person_id = g.child_id and k.person_id = g.guardian_id`,
);
