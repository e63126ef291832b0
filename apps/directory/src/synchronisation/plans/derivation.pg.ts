import type { Transaction } from '#libs/persistence';
import {
  BATCH_TABLES,
  BEGIN_LINKS,
  BEGIN_PLACES,
  CHANGE_PLACES,
  DERIVE_LINKS,
  DERIVE_PEOPLE,
  DERIVE_PLACES,
  END_LINKS,
  END_PLACES,
  HOME_IS_NO_FURTHER_SCHOOL,
  LEAVE,
  TEMP_BUFFERS,
} from './part-steps.pg.js';

export type Derived = {
  readonly here: readonly { readonly personId: string; readonly isNew: boolean }[];
  /** Whom no source states any more. */
  readonly goneIds: readonly string[];
};

/**
 * Derives the people of the table `batch` anew from all that is stated of them (DIR-5). `partId`: the part of an import
 * that their new state is counted for, none where people decided; `day`: on which whoever leaves has left.
 */
export async function derive(
  tx: Transaction,
  { partId, day }: { partId?: string; day: string },
): Promise<Derived> {
  const here = await tx.query<{ person_id: string; created: boolean }>(DERIVE_PEOPLE, [
    partId ?? null,
  ]);
  await tx.query(DERIVE_PLACES);
  await tx.query(HOME_IS_NO_FURTHER_SCHOOL);
  await tx.query(DERIVE_LINKS);
  await tx.query(NOTE_ENDS_SINCE_MERGE, [day]);
  await tx.query(END_PLACES, [day]);
  await tx.query(CHANGE_PLACES);
  await tx.query(BEGIN_PLACES, [day]);
  const goneIds = await leave(tx, partId, day);
  await tx.query(END_LINKS);
  await tx.query(BEGIN_LINKS);
  return {
    here: here.rows.map(({ person_id, created }) => ({ personId: person_id, isNew: created })),
    goneIds,
  };
}

async function leave(tx: Transaction, partId: string | undefined, day: string): Promise<string[]> {
  const { rows } = await tx.query<{ person_id: string }>(LEAVE, [partId ?? null, day]);
  return rows.map(({ person_id }) => person_id);
}

/**
 * Of two who are one since a merge: when the identifiers of one of them stop saying of a place, its end would be lost
 * where the other one's still say of it. $1: that day.
 */
const NOTE_ENDS_SINCE_MERGE = `
  with ended as (
    select m.merge_id, jsonb_object_agg(w.whose || ' ' || w.place, $1::text) as places
    from (select distinct person_id from batch) t join person_merge m on m.survivor_id = t.person_id
    cross join lateral (
      select 'SURVIVOR' as whose, unnest(m.survivor_stated) as place
      union all select 'ABSORBED', unnest(m.absorbed_stated)) w
    where m.undone_on is null and not m.ended_places ? (w.whose || ' ' || w.place) and not exists (
      select from stated_person s join stated_place l on l.source = s.source and l.source_key = s.source_key
      where s.person_id = m.survivor_id and l.profile || ' ' || l.uai = w.place and (w.whose = 'ABSORBED') = exists (
        select from merged_key k where k.merge_id = m.merge_id and k.source = s.source and k.source_key = s.source_key))
    group by 1)
  update person_merge m set ended_places = m.ended_places || e.places from ended e where e.merge_id = m.merge_id`;

/** Likewise of these people, outside of an import. */
export async function derivePeople(
  tx: Transaction,
  personIds: readonly string[],
  day: string,
): Promise<Derived> {
  await tx.query(TEMP_BUFFERS);
  await tx.query(BATCH_TABLES);
  await tx.query(
    'insert into batch (source_key, person_id) select id::text, id from unnest($1::uuid[]) as id',
    [personIds],
  );
  return derive(tx, { day });
}
