import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import { Database, type Transaction } from '#libs/persistence';
import { PersonFacts } from '../people/people.module.js';
import { derivePeople, FORGET_SIDES } from '../synchronisation/synchronisation.module.js';
import type { Reach } from './domain/reach.js';
import { type NamedSchool, schoolsNamed } from './doubtful-pairs.pg.js';
import { absorbKeys, isMergeWithin, keepMerge, relatives, returnKeys } from './merge-steps.pg.js';
import { writeParted } from './parted-people.pg.js';

export type MergeReport = {
  readonly mergeId: string;
  readonly pairId: string;
  readonly survivorId: string;
  readonly absorbedId: string;
  readonly mergedOn: string;
  readonly undoneOn: string;
  readonly decidedBy: 'PERSON' | 'IMPORT';
  /** The import that decided; empty: a person did. */
  readonly importId: string;
  readonly score: number;
  readonly reasons: string[];
  /** Of the survivor now. */
  readonly uais: string[];
  readonly schools: NamedSchool[];
};

/** Said in the query itself, so that the few which people answered are found among the many by index. */
const decidedBy: Readonly<Record<string, string>> = {
  '': 'true',
  PERSON: 'not by_import',
  IMPORT: 'by_import',
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
      /** Those that a person answered, or that an import decided by score; empty: both. */
      readonly decidedBy?: string;
      readonly limit: number;
      readonly after: readonly [mergedOn: string, mergeId: string] | undefined;
    },
  ): Promise<MergeReport[]> {
    const { rows } = await this.database.query<MergeReport>(
      `select merge_id as "mergeId", pair_id as "pairId", survivor_id as "survivorId", absorbed_id as "absorbedId",
         merged_on::text as "mergedOn", coalesce(undone_on::text, '') as "undoneOn",
         case when by_import then 'IMPORT' else 'PERSON' end as "decidedBy", case when by_import then merged_by else '' end as "importId",
         coalesce(q.score, 0) as score, coalesce(q.reasons, '{}') as reasons,
         array(select distinct e.uai from enrolment e where e.person_id = survivor_id and e.ends_on is null order by 1) as uais,
         ${schoolsNamed('e.person_id = survivor_id and e.ends_on is null')} as schools
       from person_merge m left join doubtful_pair q using (pair_id) where ($1::text[] is null or ${isMergeWithin('$1::text[]')})
         and ($2::date is null or merged_on < $2 or (merged_on = $2 and merge_id > $3::uuid))
         and ($5 = '' or merge_id::text = $5) and ${decidedBy[page.decidedBy ?? ''] ?? 'false'}
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
       from person_merge m where merge_id::text = $1 and ($2::text[] is null or ${isMergeWithin('$2::text[]')}) for update`,
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
    await tx.query(keepMerge, [mergeId, pairId, survivorId, absorbedId, on, by]);
    for (const sql of absorbKeys) await tx.query(sql, [mergeId, survivorId, absorbedId]);
    await this.tell(tx, [survivorId, absorbedId], on);
  }

  /** As if it had never been; what imports have said since of either is theirs. */
  async undo(tx: Transaction, mergeId: string, on: string, by: string): Promise<void> {
    const { rows } = await tx.query<{ survivor_id: string; absorbed_id: string; step: number }>(
      `update person_merge set undone_on = $2, undone_by = $3 where merge_id = $1
       returning survivor_id, absorbed_id, step::int`,
      [mergeId, on, by],
    );
    const { survivor_id: survivorId, absorbed_id: absorbedId, step } = rows[0]!;
    const both = [survivorId, absorbedId];
    const relatives = await relativesOf(tx, both);
    for (const sql of returnKeys) await tx.query(sql, [mergeId]);
    await writeParted(tx, { survivorId, absorbedId }, step, relatives);
    for (const sql of FORGET_SIDES) await tx.query(sql);
    await this.tell(tx, both, on, relatives);
  }

  /** The two and their relatives, derived anew and told: each of them has another revision. */
  private async tell(
    tx: Transaction,
    both: readonly string[],
    on: string,
    relativesBefore: readonly string[] = [],
  ): Promise<void> {
    const relatives = [...relativesBefore, ...(await relativesOf(tx, both))];
    const touched = [...new Set([...both, ...relatives])].sort();
    const { here, goneIds } = await derivePeople(tx, touched, on);
    const derived = new Set([...here.map(({ personId }) => personId), ...goneIds]);
    await tx.query(
      'update person set revision = revision + 1, import_id = null where person_id = any($1::uuid[])',
      [touched.filter((id) => !derived.has(id))],
    );
    await this.outbox.add(tx, ...(await this.facts.of(tx, touched, '')));
  }
}

async function relativesOf(tx: Transaction, both: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ person_id: string }>(relatives, [both]);
  return rows.map(({ person_id }) => person_id);
}
