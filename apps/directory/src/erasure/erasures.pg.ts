import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { FINISH_MERGES, FORGET_SIDES } from '../synchronisation/synchronisation.module.js';
import { forgetKeys, keysOf, noteKeysLeft } from './source-keys.pg.js';

export class ErasureDelay {
  constructor(readonly days: number) {}
}

/** Kafka cleans no segment that is being written, and closes one on the first record a week after its own first. */
const tellAgainAfterDays = 8;

/** Three calendar months at most, from the end of the last place where a delivery came late (SUP-4). */
const lawfulEnd = `(least(left_on, (
  select max(e.ends_on) from enrolment e where e.person_id = person.person_id)) + interval '3 months')::date`;

/** $1: day, $2: days after leaving; 30 at least, which the database asks for (`person_is_erased_after_leaving`). */
const isDue = `left_on <= $1::date - 30 and least(left_on + $2::int, ${lawfulEnd}) <= $1::date
  and not exists (select from stated_person s where s.person_id = person.person_id)`;

/**
 * What was said of whom another one has absorbed is said of that one, for good: of each two once, though both sides of an
 * answer, or two answers about the same two, go at once. $1: who is erased.
 */
const keepApart = `
  with recursive followed (id, now_id) as (
    select id, id from unnest($1::uuid[]) as e (id)
    union all
    select f.id, m.survivor_id from followed f join person_merge m on m.absorbed_id = f.now_id and m.undone_on is null
    where f.now_id = any($1::uuid[])),
  heir as (select id, now_id from followed where now_id <> all($1::uuid[])),
  said as (
    select coalesce(n.now_id, d.newcomer_id) as one, coalesce(k.now_id, d.known_id) as other, d.*
    from doubtful_pair d left join heir n on n.id = d.newcomer_id left join heir k on k.id = d.known_id
    where d.answer = 'DIFFERENT'
      and (d.newcomer_id = any(array(select id from heir)) or d.known_id = any(array(select id from heir))))
  insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on, answer, answered_by, answered_on)
  select distinct on (least(s.one, s.other), greatest(s.one, s.other))
    coalesce(q.newcomer_id, s.one), coalesce(q.known_id, s.other), s.score, s.reasons, s.found_on, s.answer, s.answered_by, s.answered_on
  from said s left join doubtful_pair q on q.newcomer_id = s.other and q.known_id = s.one
  where s.one <> s.other and s.one <> all($1::uuid[]) and s.other <> all($1::uuid[])
  order by least(s.one, s.other), greatest(s.one, s.other), s.answered_on, s.pair_id
  on conflict (newcomer_id, known_id) do update set answer = excluded.answer, answered_by = excluded.answered_by,
    answered_on = excluded.answered_on where doubtful_pair.answer is null`;

@Injectable()
export class Erasures {
  constructor(
    private readonly database: Database,
    private readonly delay: ErasureDelay,
  ) {}

  /** Due on that day and not erased yet; `overdue`: those past the three months of the law. */
  async count(day: LocalDate): Promise<{ due: number; overdue: number }> {
    const { rows } = await this.database.query<{ due: number; overdue: number }>(
      `select count(*)::int as due,
         (count(*) filter (where ${lawfulEnd} < $1::date))::int as overdue
       from person where ${isDue}`,
      [day, this.delay.days],
    );
    return rows[0]!;
  }

  /** Removes the next people who are due, who left first first; returns their ids and those of whoever lost a link. */
  async erase(
    tx: Transaction,
    day: LocalDate,
    limit: number,
  ): Promise<{ erasedIds: readonly string[]; relativeIds: readonly string[] }> {
    const due = await tx.query<{ person_id: string }>(
      `insert into erasure (person_id, left_on, erased_on)
       select person_id, left_on, $1::date from person where ${isDue}
       order by left_on, person_id limit $3 returning person_id`,
      [day, this.delay.days, limit],
    );
    const erasedIds = due.rows.map((row) => row.person_id);
    if (erasedIds.length === 0) return { erasedIds, relativeIds: [] };
    const keys = await keysOf(tx, erasedIds);
    await forgetKeys(tx, keys);
    const links = await tx.query<{ relative_id: string }>(
      `with gone as (delete from guardian_link where child_id = any($1::uuid[]) or guardian_id = any($1::uuid[])
         returning child_id, guardian_id)
       select distinct relative_id from gone, unnest(array[child_id, guardian_id]) as relative_id
       where relative_id <> all($1::uuid[])`,
      [erasedIds],
    );
    // What a source still delivers of somebody whom it places nowhere.
    for (const table of ['held_statement', 'held_before'])
      await tx.query(
        `delete from ${table} h using person_key k where k.person_id = any($1::uuid[])
           and h.source = k.source and h.entity > 0 and h.source_key = k.source_key`,
        [erasedIds],
      );
    await tx.query(
      `delete from class_link l using person_key k where k.person_id = any($1::uuid[])
         and l.source = k.source and l.source_key = k.source_key`,
      [erasedIds],
    );
    await tx.query(
      `delete from stated_before b using person_key k where k.person_id = any($1::uuid[])
         and b.source = k.source and b.source_key = k.source_key`,
      [erasedIds],
    );
    await tx.query('delete from person_key where person_id = any($1::uuid[])', [erasedIds]);
    await tx.query(keepApart, [erasedIds]);
    await tx.query(
      'delete from doubtful_pair where newcomer_id = any($1::uuid[]) or known_id = any($1::uuid[])',
      [erasedIds],
    );
    await this.finishMerges(tx, erasedIds);
    await tx.query('delete from person where person_id = any($1::uuid[])', [erasedIds]);
    await noteKeysLeft(tx, keys);
    const relatives = await tx.query<{ person_id: string }>(
      `update person set revision = revision + 1, import_id = null where person_id = any($1::uuid[]) returning person_id`,
      [links.rows.map((row) => row.relative_id)],
    );
    return { erasedIds, relativeIds: relatives.rows.map((row) => row.person_id) };
  }

  /** What either of two has left behind is not parted any more. */
  private async finishMerges(tx: Transaction, erasedIds: readonly string[]): Promise<void> {
    await tx.query('delete from side_link where guardian_id = any($1::uuid[])', [erasedIds]);
    const { rows } = await tx.query<{ merge_id: string }>(
      'select merge_id from person_merge where survivor_id = any($1::uuid[]) or absorbed_id = any($1::uuid[])',
      [erasedIds],
    );
    if (rows.length === 0) return;
    const mergeIds = rows.map(({ merge_id }) => merge_id);
    for (const sql of FINISH_MERGES) await tx.query(sql, [mergeIds]);
    for (const sql of FORGET_SIDES) await tx.query(sql);
  }

  /** The next erasures whose tombstones are to be told once more on that day; each is given once. */
  async takeToTellAgain(
    tx: Transaction,
    day: LocalDate,
    limit: number,
  ): Promise<readonly string[]> {
    const { rows } = await tx.query<{ person_id: string }>(
      `update erasure e set told_again_on = $1::date
       from (select person_id from erasure
             where told_again_on is null and erased_on <= $1::date - $2::int
             order by erased_on, person_id limit $3 for update skip locked) as next
       where e.person_id = next.person_id returning e.person_id`,
      [day, tellAgainAfterDays, limit],
    );
    return rows.map((row) => row.person_id);
  }
}
