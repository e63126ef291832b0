import { Injectable } from '@nestjs/common';
import { event, type NewEvent, PersonChangedSchema, Profile } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import type { PersonDetail, PersonPlace } from './domain/mask.js';

export type PersonRow = {
  person_id: string;
  source_key: string;
  last_name: string;
  first_name: string;
  birth_date: string | null;
  academic_identifier: string | null;
  revision: bigint;
  places: PersonPlace[] | null;
  guardian_ids: string[];
  child_ids: string[];
};

/** Full states, in one statement for many people. */
export const PERSON_STATES = `
  select p.person_id, p.source_key, p.last_name, p.first_name, p.birth_date::text as birth_date, p.academic_identifier, p.revision,
    (select json_agg(json_build_object('profile', e.profile, 'uai', e.uai, 'startsOn', e.starts_on,
        'endsOn', coalesce(e.ends_on::text, ''), 'classId', e.class_id, 'classLabel', e.class_label,
        'level', e.level, 'isHead', e.is_head, 'post', e.post) order by e.starts_on, e.uai, e.profile)
      from enrolment e where e.person_id = p.person_id) as places,
    array(select l.guardian_id::text from guardian_link l where l.child_id = p.person_id order by 1) as guardian_ids,
    array(select l.child_id::text from guardian_link l where l.guardian_id = p.person_id order by 1) as child_ids
  from person p`;

/** What must be told after people have changed. */
@Injectable()
export class PersonFacts {
  /** One PersonChanged with the full present state for each of these people; unknown ids are left out. */
  async of(tx: Transaction, personIds: readonly string[], importId: string): Promise<NewEvent[]> {
    const { rows } = await tx.query<PersonRow>(
      `${PERSON_STATES} join unnest($1::uuid[]) with ordinality as wanted(id, n) on wanted.id = p.person_id order by wanted.n`,
      [personIds],
    );
    return rows.map((row) => toPersonChanged(row, importId));
  }
}

function toPersonChanged(row: PersonRow, importId: string): NewEvent {
  return event(PersonChangedSchema, row.person_id, {
    personId: row.person_id,
    lastName: row.last_name,
    firstName: row.first_name,
    birthDate: row.birth_date ?? '',
    enrolments: (row.places ?? []).map(toEnrolment),
    childIds: row.child_ids,
    guardianIds: row.guardian_ids,
    revision: Number(row.revision),
    importId,
    sourceKey: row.source_key,
    academicIdentifier: row.academic_identifier ?? '',
  });
}

export function toEnrolment(place: PersonPlace) {
  return {
    profile: Profile[place.profile as keyof typeof Profile],
    uai: place.uai,
    period: { startsOn: place.startsOn, endsOn: place.endsOn },
    classId: place.classId,
    classLabel: place.classLabel,
    level: place.level,
    head: place.isHead,
    ...(place.post ? { post: place.post } : {}),
  };
}

export function toDetail(row: PersonRow): PersonDetail {
  return {
    personId: row.person_id,
    lastName: row.last_name,
    firstName: row.first_name,
    birthDate: row.birth_date ?? '',
    academicIdentifier: row.academic_identifier ?? '',
    enrolments: row.places ?? [],
    childIds: row.child_ids,
    guardianIds: row.guardian_ids,
  };
}
