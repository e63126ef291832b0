import type { Transaction } from '#libs/persistence';
import {
  type LastLinks,
  lastLinks,
  type Place,
  type Named,
  replay,
  type SpokenKey,
} from './domain/replayed-person.js';
import {
  absorbedAt,
  notStated,
  restoreLinks,
  side,
  spokenKeysSql,
  writeIne,
  writeLinksSql,
  writeNamed,
  writePlaces,
} from './part-steps.pg.js';

type Parted = { readonly survivorId: string; readonly absorbedId: string };

/**
 * Once the identifiers are back: both are who, and where, they would be had they never been one, and the links of whom
 * nobody states any more lead to the one of them that was meant. What is stated now is derived afterwards.
 */
export async function writeParted(
  tx: Transaction,
  { survivorId, absorbedId }: Parted,
  mergeStep: number,
  relatives: readonly string[],
): Promise<void> {
  const both = [survivorId, absorbedId];
  await tx.query('delete from enrolment where person_id = any($1::uuid[])', [both]);
  // Who had a number keeps it: the survivor first, who was known first.
  const inesOf = new Map<string, string | null>();
  for (const personId of both) {
    const named = await writeReplayed(tx, personId, mergeStep);
    inesOf.set(personId, named.ine);
  }
  for (const [personId, ine] of inesOf) await tx.query(writeIne, [personId, ine]);
  const { rows } = await tx.query<{ person_id: string }>(notStated, [[...both, ...relatives]]);
  for (const { person_id: childId } of rows)
    await writeLinks(tx, childId, both.includes(childId) ? undefined : both);
}

async function writeReplayed(tx: Transaction, personId: string, mergeStep: number): Promise<Named> {
  const { rows } = await tx.query<{ step: number; named: Named; places: Place[] }>(side, [
    personId,
  ]);
  const was = rows[0] ?? { step: mergeStep, named: undefined, places: [] };
  const { named, places } = replay(was, await spokenKeys(tx, personId));
  if (!named) throw new RangeError(`nothing was ever said of ${personId}`);
  await tx.query(writeNamed, [personId, JSON.stringify(named)]);
  await tx.query(writePlaces, [personId, JSON.stringify(places)]);
  return named;
}

/** `to`: only those; undefined: all links of that child. */
async function writeLinks(
  tx: Transaction,
  childId: string,
  to: readonly string[] | undefined,
): Promise<void> {
  const absorbed = await tx.query<{ step: number }>(absorbedAt, [childId]);
  const last = lastLinks(await spokenKeys(tx, childId), absorbed.rows[0]?.step);
  if (last) return writeLast(tx, childId, last, to);
  if (to) return;
  for (const sql of restoreLinks) await tx.query(sql, [childId]);
}

async function writeLast(
  tx: Transaction,
  childId: string,
  { links, asOf }: LastLinks,
  to: readonly string[] | undefined,
): Promise<void> {
  for (const sql of writeLinksSql)
    await tx.query(sql, [childId, JSON.stringify(links), asOf, to ?? null]);
}

async function spokenKeys(tx: Transaction, personId: string): Promise<SpokenKey[]> {
  const { rows } = await tx.query<SpokenKey>(spokenKeysSql, [personId]);
  return rows;
}
