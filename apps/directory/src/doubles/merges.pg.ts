import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import { Database, type Transaction } from '#libs/persistence';
import { PersonFacts } from '../people/people.module.js';
import { derivePeople } from '../synchronisation/synchronisation.module.js';
import type { Reach } from './domain/reach.js';
import { type EndedOn, type Place, placeOf, unmergedPlaces } from './domain/unmerged-places.js';
import {
  ABSORB_KEYS,
  IS_MERGE_WITHIN,
  KEEP_MERGE,
  type MergeRow,
  OWN_PLACES,
  PLACES,
  RELATIVES,
  RETURN_KEYS,
  RETURN_NAMES,
  WRITE_PLACES,
} from './merge-steps.pg.js';

export type MergeReport = {
  readonly mergeId: string;
  readonly pairId: string;
  readonly survivorId: string;
  readonly absorbedId: string;
  readonly mergedOn: string;
  readonly undoneOn: string;
  /** Of the survivor now. */
  readonly uais: string[];
};

/** Two become one, and two again: identifiers and what they state move, the people follow from them (DIR-5). */
@Injectable()
export class Merges {
  constructor(
    private readonly database: Database,
    private readonly facts: PersonFacts,
    private readonly outbox: Outbox,
  ) {}

  /** The newest first, undone ones too, as long as nobody of them is erased; `limit` + 1 where there are more. */
  async page(
    reach: Reach,
    page: {
      /** This one alone; empty: all. */
      readonly mergeId?: string;
      readonly limit: number;
      readonly after: readonly [mergedOn: string, mergeId: string] | undefined;
    },
  ): Promise<MergeReport[]> {
    const { rows } = await this.database.query<MergeReport>(
      `select merge_id as "mergeId", pair_id as "pairId", survivor_id as "survivorId", absorbed_id as "absorbedId",
         merged_on::text as "mergedOn", coalesce(undone_on::text, '') as "undoneOn",
         array(select distinct e.uai from enrolment e where e.person_id = survivor_id and e.ends_on is null order by 1) as uais
       from person_merge m where ($1::text[] is null or ${IS_MERGE_WITHIN('$1::text[]')})
         and ($2::date is null or merged_on < $2 or (merged_on = $2 and merge_id > $3::uuid))
         and ($5 = '' or merge_id::text = $5)
       order by merged_on desc, merge_id limit $4`,
      [
        ...[reach === 'ALL' ? null : [...reach], page.after?.[0] ?? null, page.after?.[1] ?? null],
        page.limit + 1,
        page.mergeId ?? '',
      ],
    );
    return rows;
  }

  async isAbsorbed(tx: Transaction, personIds: readonly string[]): Promise<boolean> {
    const { rowCount } = await tx.query(
      'select from person_merge where absorbed_id = any($1::uuid[]) and undone_on is null',
      [personIds],
    );
    return rowCount !== 0;
  }

  /** With both people locked, or undefined where there is none within reach. */
  async lock(
    tx: Transaction,
    reach: Reach,
    mergeId: string,
  ): Promise<{ pairId: string; isUndone: boolean; laterMergeId: string | undefined } | undefined> {
    const { rows } = await tx.query<{ pair_id: string; undone: boolean; later: string | null }>(
      `select pair_id, undone_on is not null as undone,
         (select l.merge_id from person_merge l where l.absorbed_id = m.survivor_id and l.undone_on is null) as later
       from person_merge m where merge_id::text = $1 and ($2::text[] is null or ${IS_MERGE_WITHIN('$2::text[]')}) for update`,
      [mergeId, reach === 'ALL' ? null : [...reach]],
    );
    if (!rows[0]) return undefined;
    await tx.query(
      `select from person p join person_merge m on p.person_id in (m.survivor_id, m.absorbed_id)
       where m.merge_id = $1 order by p.person_id for update of p`,
      [mergeId],
    );
    const { pair_id: pairId, undone: isUndone, later } = rows[0];
    return { pairId, isUndone, laterMergeId: later ?? undefined };
  }

  /** Both exist and are locked. The absorbed one leaves on that day; what its identifiers state is the survivor's from then on. */
  async merge(
    tx: Transaction,
    merge: {
      readonly mergeId: string;
      readonly pairId: string;
      readonly survivorId: string;
      readonly absorbedId: string;
      readonly on: string;
      readonly by: string;
    },
  ): Promise<void> {
    const { mergeId, pairId, survivorId, absorbedId, on, by } = merge;
    await tx.query(KEEP_MERGE, [mergeId, pairId, survivorId, absorbedId, on, by]);
    for (const sql of ABSORB_KEYS) await tx.query(sql, [mergeId, survivorId, absorbedId]);
    // A number leads to one person: to the one whose identifier states it.
    await tx.query('update person set ine_hash = null where person_id = $1', [absorbedId]);
    await this.tell(tx, [survivorId, absorbedId], on);
  }

  /** As if it had never been; what imports have said since of either is theirs. */
  async undo(tx: Transaction, mergeId: string, on: string, by: string): Promise<void> {
    const { rows } = await tx.query<MergeRow>(
      `update person_merge set undone_on = $2, undone_by = $3 where merge_id = $1
       returning survivor_id, absorbed_id, survivor_places, absorbed_places, absorbed_stated, ended_places`,
      [mergeId, on, by],
    );
    const merge = rows[0]!;
    const both = [merge.survivor_id, merge.absorbed_id];
    for (const sql of [...RETURN_KEYS, ...RETURN_NAMES]) await tx.query(sql, [mergeId]);
    await this.partPlaces(tx, merge);
    await tx.query(
      `update person p set ine_hash = case p.person_id when survivor_id then survivor_ine else absorbed_ine end,
         left_on = case p.person_id when survivor_id then survivor_left_on else absorbed_left_on end
       from person_merge m where m.merge_id = $1 and p.person_id in (m.survivor_id, m.absorbed_id)`,
      [mergeId],
    );
    await this.tell(tx, both, on);
  }

  private async partPlaces(tx: Transaction, merge: MergeRow): Promise<void> {
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

  /** The two and their relatives, derived anew and told: each of them has another revision. */
  private async tell(tx: Transaction, both: readonly string[], on: string): Promise<void> {
    const { rows } = await tx.query<{ person_id: string }>(RELATIVES, [both]);
    const touched = [...new Set([...both, ...rows.map(({ person_id }) => person_id)])].sort();
    const { here, goneIds } = await derivePeople(tx, touched, on);
    const derived = new Set([...here.map(({ personId }) => personId), ...goneIds]);
    await tx.query(
      'update person set revision = revision + 1, import_id = null where person_id = any($1::uuid[])',
      [touched.filter((id) => !derived.has(id))],
    );
    await this.outbox.add(tx, ...(await this.facts.of(tx, touched, '')));
  }
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
