import type { Database } from '#libs/persistence';
import { guardianToMake } from '../accounts/accounts.module.js';
import { areMarksDue } from '../copies/copies.module.js';

/** A guardian waits no longer for pupils to be allotted: an import of a whole academy takes as long. */
const guardiansWaitMs = 10 * 60_000;
/**
 * Creations of one school that are given to the queue and not done yet: they are done one at a time, and more of them would
 * keep the places of other work.
 */
const creationsOfSchoolMax = 40;
/** Due rows that are looked at for each that is given: an import leaves them school by school. */
const candidatesForEach = 10;

/**
 * Ids of rows that are due but for deletions, marked as queued, schools by turns. Guardians who are to be made wait for the
 * pupils of the same day, who are allotted last of all: a guardian whose child is there takes one round, and another one two.
 */
export async function dueWork(database: Pick<Database, 'query'>, limit: number): Promise<string[]> {
  const { rows } = await database.query<{ account_id: string; priority: number; turn: number }>({
    name: 'due-work',
    text: due,
    values: [limit, guardiansWaitMs, limit * candidatesForEach, creationsOfSchoolMax],
  });
  return rows
    .sort((a, b) => a.priority - b.priority || a.turn - b.turn)
    .map(({ account_id }) => account_id);
}

const due = `
  with candidate as materialized (
    select account_id, priority, not_before from ent_task where queued_at is null and gate = 'OPEN'
      and kind is distinct from 'DELETE' and not by_file and not_before <= now() and coalesce(file_until <= now(), true)
      and priority <= (select case when ${areMarksDue} and not coalesce((
          select min(not_before) from ent_task where priority = ${guardianToMake} and queued_at is null and gate = 'OPEN'
            and kind is distinct from 'DELETE') <= now() - $2 * interval '1 millisecond', false)
        then ${guardianToMake} - 1 else ${guardianToMake} end)
    order by priority, not_before limit $3),
  given as (
    select a.uai, count(*)::int as creations from ent_task t join account a using (account_id)
    where t.queued_at is not null and a.ent_id is null group by a.uai),
  ranked as (
    select c.account_id, c.priority, c.not_before, a.ent_id is null as is_creation,
      (row_number() over (partition by a.uai, a.ent_id is null order by c.priority, c.not_before))::int
        + case when a.ent_id is null then coalesce(g.creations, 0) else 0 end as turn
    from candidate c join account a using (account_id) left join given g using (uai)),
  taken as (
    select t.account_id, r.priority, r.turn from ent_task t join ranked r using (account_id)
    where t.queued_at is null and t.gate = 'OPEN' and (r.turn <= $4 or not r.is_creation)
    order by r.priority, r.turn, r.not_before limit $1 for update of t skip locked)
  update ent_task t set queued_at = now() from taken where t.account_id = taken.account_id
  returning t.account_id, taken.priority, taken.turn`;
