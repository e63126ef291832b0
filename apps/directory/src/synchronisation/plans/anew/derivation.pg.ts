import { together, type Transaction } from '#libs/persistence';
import {
  batchTables,
  beginLinks,
  beginPlaces,
  changePlaces,
  deriveLinks,
  derivePeopleSql,
  derivePlaces,
  endLinks,
  endPlaces,
  homeIsNoFurtherSchool,
  leaveSql,
  tempBuffers,
} from '../steps/part-steps.pg.js';

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
  const [here, , , , , , , goneIds] = await together(
    tx.rows<{ person_id: string; created: boolean }>(derivePeopleSql, [partId ?? null]),
    tx.query(derivePlaces),
    tx.query(homeIsNoFurtherSchool),
    tx.query(deriveLinks),
    tx.query(endPlaces, [day]),
    tx.query(changePlaces),
    tx.query(beginPlaces, [day]),
    tx.column<string>(leaveSql, [partId ?? null]),
    tx.query(endLinks),
    tx.query(beginLinks),
  );
  return {
    here: here.map(({ person_id, created }) => ({ personId: person_id, isNew: created })),
    goneIds,
  };
}

/** Likewise of these people, outside of an import. */
export async function derivePeople(
  tx: Transaction,
  personIds: readonly string[],
  day: string,
): Promise<Derived> {
  await tx.query(tempBuffers);
  await tx.query(batchTables);
  await tx.query(
    'insert into batch (source_key, person_id) select id::text, id from unnest($1::uuid[]) as id',
    [personIds],
  );
  return derive(tx, { day });
}
