import type { Transaction } from '#libs/persistence';
import {
  BEGIN_PLACES,
  CHANGE_LINKS,
  CHANGE_PLACES,
  DERIVE_LINKS,
  DERIVE_PEOPLE,
  DERIVE_PLACES,
  END_PLACES,
  LEAVE,
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
  { partId, day }: { readonly partId?: string; readonly day: string },
): Promise<Derived> {
  const here = await tx.query<{ person_id: string; created: boolean }>(DERIVE_PEOPLE, [
    partId ?? null,
  ]);
  await tx.query(DERIVE_PLACES);
  await tx.query(DERIVE_LINKS);
  await tx.query(END_PLACES, [day]);
  await tx.query(CHANGE_PLACES);
  await tx.query(BEGIN_PLACES, [day]);
  const gone = await tx.query<{ person_id: string }>(LEAVE, [partId ?? null, day]);
  for (const sql of CHANGE_LINKS) await tx.query(sql);
  return {
    here: here.rows.map(({ person_id, created }) => ({ personId: person_id, isNew: created })),
    goneIds: gone.rows.map(({ person_id }) => person_id),
  };
}
