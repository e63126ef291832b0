import type { Transaction } from '#libs/persistence';
import { OWN_PLACES, PLACES } from '../synchronisation/synchronisation.module.js';
import { type EndedOn, type Place, placeOf, unmergedPlaces } from './domain/unmerged-places.js';
import { type MergeRow, WRITE_PLACES } from './merge-steps.pg.js';

/** Of two who were one, whose places are back with whom they are of. */
export async function partPlaces(tx: Transaction, merge: MergeRow): Promise<void> {
  const { survivor_id: survivorId, absorbed_id: absorbedId } = merge;
  const [own, moved] = [
    await namedPlaces(tx, OWN_PLACES, survivorId),
    await namedPlaces(tx, OWN_PLACES, absorbedId),
  ];
  const parted = unmergedPlaces({
    survivor: {
      before: merge.survivor_places,
      now: await placesOf(tx, survivorId),
      endedOn: endsOf(merge, 'SURVIVOR', own),
    },
    absorbed: {
      before: merge.absorbed_places,
      endedOn: endsOf(merge, 'ABSORBED', moved),
    },
    own: new Set(own),
    moved: new Set([...merge.absorbed_stated, ...moved]),
  });
  await tx.query('delete from enrolment where person_id = any($1::uuid[])', [
    [survivorId, absorbedId],
  ]);
  await tx.query(WRITE_PLACES, [survivorId, JSON.stringify(parted.survivor)]);
  await tx.query(WRITE_PLACES, [absorbedId, JSON.stringify(parted.absorbed)]);
}

/** What is stated again has not ended. */
function endsOf(
  { ended_places }: MergeRow,
  whose: 'SURVIVOR' | 'ABSORBED',
  stated: readonly string[],
): EndedOn {
  const ended = Object.entries(ended_places)
    .filter(([place]) => place.startsWith(`${whose} `))
    .map(([place, day]) => [place.slice(whose.length + 1), day] as const);
  return Object.fromEntries(ended.filter(([place]) => !stated.includes(place)));
}

async function placesOf(tx: Transaction, personId: string): Promise<Place[]> {
  const { rows } = await tx.query<{ places: Place[] }>(`select ${PLACES('$1::uuid')} as places`, [
    personId,
  ]);
  return rows[0]!.places;
}

async function namedPlaces(tx: Transaction, sql: string, personId: string): Promise<string[]> {
  const { rows } = await tx.query<{ profile: string; uai: string }>(sql, [personId]);
  return rows.map(placeOf);
}
