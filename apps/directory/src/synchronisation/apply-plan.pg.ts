import type { NewEvent } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import {
  STRUCTURE_STATE,
  type StructureRow,
  toStructureChanged,
} from '../structures/structures.module.js';
import type { ImportToRun } from './import-to-run.js';

/** Writes the schools that differ, and returns their full states as events. A few thousand at most: one statement. */
export async function applyStructures(tx: Transaction, work: ImportToRun): Promise<NewEvent[]> {
  const { rows } = await tx.query<StructureRow>(
    `insert into structure as s (uai, source_key, name, insee, commune, postal_code, is_public, classes, content_hash, revision, import_id)
     select uai, source_key, name, insee, commune, postal_code, is_public, classes, content_hash, 1, $1 from plan_structure
     on conflict (uai) do update set source_key = excluded.source_key, name = excluded.name, insee = excluded.insee,
       commune = excluded.commune, postal_code = excluded.postal_code, is_public = excluded.is_public, classes = excluded.classes,
       content_hash = excluded.content_hash, revision = s.revision + 1, import_id = excluded.import_id
     where s.content_hash <> excluded.content_hash
     returning ${STRUCTURE_STATE}`,
    [work.importId],
  );
  return rows.map((row) => toStructureChanged(row, work.importId));
}

export type AppliedPeople = {
  readonly personIds: readonly string[];
  readonly created: number;
  readonly changed: number;
  readonly removed: number;
};

const BATCH = `with batch as (select person_id, action from todo where seq between $1 and $2)`;

/** Writes the people from … to of the plan, their places and the guardians of the pupils among them. */
export async function applyPeople(
  tx: Transaction,
  work: ImportToRun,
  from: number,
  to: number,
): Promise<AppliedPeople> {
  const bounds = [from, to];
  const { rows } = await tx.query<{ person_id: string; action: string }>(
    'select person_id, action from todo where seq between $1 and $2 order by seq',
    bounds,
  );
  await tx.query(
    `${BATCH}
     insert into person as s (person_id, source, source_key, last_name, first_name, birth_date, ine_hash, content_hash, revision, import_id)
     select distinct on (p.person_id) p.person_id, $3, p.source_key, p.last_name, p.first_name, p.birth_date, p.ine_hash, p.content_hash, 1, $4::uuid
     from batch b join plan_person p using (person_id) where b.action <> 'leave' order by p.person_id, p.entity, p.source_key
     on conflict (person_id) do update set source = excluded.source, source_key = excluded.source_key, last_name = excluded.last_name,
       first_name = excluded.first_name, birth_date = excluded.birth_date, ine_hash = excluded.ine_hash,
       content_hash = excluded.content_hash, revision = s.revision + 1, import_id = excluded.import_id, left_on = null`,
    [...bounds, work.source, work.importId],
  );
  // Kept since the plan, unless the person was erased meanwhile and is now here again.
  await tx.query(
    `${BATCH}
     insert into person_key (source, source_key, person_id)
     select $3, p.source_key, p.person_id from batch b join plan_person p using (person_id)
     on conflict (source, source_key) do nothing`,
    [...bounds, work.source],
  );
  // Places that the source no longer states end on the day of the import.
  await tx.query(
    `${BATCH}
     update enrolment e set ends_on = greatest(e.starts_on, $3::date) from batch b
     where e.person_id = b.person_id and e.ends_on is null
       and not exists (select from plan_place p where p.person_id = e.person_id and p.profile = e.profile and p.uai = e.uai)`,
    [...bounds, work.startedOn],
  );
  // A corrected date of entry moves the start, unless the person was there before and came back.
  await tx.query(
    `${BATCH}
     update enrolment e set class_id = p.class_id, class_label = p.class_label, level = p.level, is_head = p.is_head,
       starts_on = case when p.entered_on is null or exists (select from enrolment c
           where c.person_id = e.person_id and c.profile = e.profile and c.uai = e.uai and c.ends_on is not null)
         then e.starts_on else p.entered_on end
     from batch b join plan_place p using (person_id)
     where e.person_id = p.person_id and e.profile = p.profile and e.uai = p.uai and e.ends_on is null`,
    bounds,
  );
  await tx.query(
    `${BATCH}
     insert into enrolment as e (person_id, profile, uai, starts_on, class_id, class_label, level, is_head)
     select p.person_id, p.profile, p.uai,
       case when p.entered_on is null or exists (select from enrolment c
           where c.person_id = p.person_id and c.profile = p.profile and c.uai = p.uai and c.ends_on > p.entered_on)
         then $3::date else p.entered_on end,
       p.class_id, p.class_label, p.level, p.is_head
     from batch b join plan_place p using (person_id)
     where not exists (select from enrolment o where o.person_id = p.person_id and o.profile = p.profile and o.uai = p.uai and o.ends_on is null)
     on conflict (person_id, profile, uai, starts_on) do update set ends_on = null, class_id = excluded.class_id,
       class_label = excluded.class_label, level = excluded.level, is_head = excluded.is_head`,
    [...bounds, work.startedOn],
  );
  await tx.query(
    `${BATCH}
     update person s set revision = s.revision + 1, content_hash = null, import_id = $3,
       left_on = coalesce((select max(e.ends_on) from enrolment e where e.person_id = s.person_id), $4::date)
     from batch b where b.action = 'leave' and s.person_id = b.person_id`,
    [...bounds, work.importId, work.startedOn],
  );
  // The links hang on the child: a guardian's own list follows from them. Those of leavers stay until erasure.
  await tx.query(
    `${BATCH}
     delete from guardian_link l using batch b where l.child_id = b.person_id and b.action = 'change'
       and not exists (select from plan_link p where p.child_id = l.child_id and p.guardian_id = l.guardian_id)`,
    bounds,
  );
  await tx.query(
    `${BATCH}
     insert into guardian_link (child_id, guardian_id, relation)
     select p.child_id, p.guardian_id, p.relation from batch b join plan_link p on p.child_id = b.person_id
     on conflict (child_id, guardian_id) do update set relation = excluded.relation where guardian_link.relation <> excluded.relation`,
    bounds,
  );
  const count = (action: string) => rows.filter((row) => row.action === action).length;
  return {
    personIds: rows.map((row) => row.person_id),
    created: count('create'),
    changed: count('change'),
    removed: count('leave'),
  };
}
