import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import {
  ATTRIBUTE_SOURCES,
  PLACE_SOURCES_LISTED,
} from '../synchronisation/synchronisation.module.js';

export type AttributeSource = {
  /** NAMES, BIRTH_DATE, INE, ACADEMIC_IDENTIFIER, PLACE. */
  readonly attribute: string;
  /** Of a place. */
  readonly profile: string;
  readonly uai: string;
  /** Titles, whose word counts first; none: no source states it any more. */
  readonly sources: string[];
};

const titleOf = (code: string) =>
  `array(select title from declared_source where source_code = ${code})`;
const given = (attribute: string, column: string) => `
  select '${attribute}', '', '', ${titleOf(`a.${column}`)} from person p, (${ATTRIBUTE_SOURCES}) a
  where p.person_id = $1 and p.${column} is not null`;

/** Which sources have given what is held of a person now (DIR-5): who speaks of it, never what is said. */
@Injectable()
export class AttributeSources {
  constructor(private readonly database: Database) {}

  async of(personId: string): Promise<AttributeSource[]> {
    const { rows } = await this.database.query<AttributeSource>(
      `select * from (
         select 'NAMES' as attribute, '' as profile, '' as uai, ${titleOf('p.source')} as sources from person p
         where p.person_id = $1 and exists (select from stated_person s where s.person_id = p.person_id and s.source = p.source)
         union all ${given('BIRTH_DATE', 'birth_date')}
         union all ${given('INE', 'ine_hash')}
         union all ${given('ACADEMIC_IDENTIFIER', 'academic_identifier')}
         union all select 'PLACE', e.profile, e.uai, ${PLACE_SOURCES_LISTED} from enrolment e
         where e.person_id = $1 and e.ends_on is null) x
       order by array_position(array['NAMES', 'BIRTH_DATE', 'INE', 'ACADEMIC_IDENTIFIER', 'PLACE'], attribute), profile, uai`,
      [personId],
    );
    return rows;
  }
}
