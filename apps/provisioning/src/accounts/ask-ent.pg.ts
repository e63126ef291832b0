import type { Database, Transaction } from '#libs/persistence';
import { classLabelOf } from '../copies/copies.module.js';
import { isBehind } from './is-behind.pg.js';

/**
 * SQL, after `account a`: `k.kind`, the heaviest call that the ENT needs for it and that a plan may hold (PRV-8), and
 * `k.plan_uai`, the school for which it counts: the one that a move takes it from, else its own. Null: none of these calls,
 * or one that never waits and goes first (`MatchInEnt`): a suspension, which a person asked for, also of whom a call without
 * an answer may have let in since; who may come in again, where the ENT has it; a guardian who is none any more; whoever
 * must be erased by now (SUP-4); what undoes a creation that was under way when the books changed, of the work that made it
 * (PRV-3): nobody was there yet, and what was approved for the others has been used by then. `offset 0` has each worked out
 * once, and not wherever it is named.
 */
export const callKind = `
  cross join lateral (select case
    when a.ent_id is null or a.ent_removed or a.state not in ('PROVISIONING', 'PROVISIONED', 'ACTIVATED', 'SUSPENDED') then null
    else (select min(t.uai) from ent_place t where t.account_id = a.account_id
      -- In a fed school the academy moves and names people: no call does (PRV-9).
      and not exists (select from fed_school_today f where f.uai = t.uai)
      -- A guardian follows its children, who count; its own is where the family is.
      and (a.profile <> 'RELATIVE' or t.class_label = '${classLabelOf('RELATIVE', '')}')
      and not exists (select from ent_wanted_place w
        where w.account_id = t.account_id and w.uai = t.uai and w.class_label = t.class_label offset 0)) end as left_uai offset 0) l
  cross join lateral (select coalesce(l.left_uai, a.uai) as plan_uai, case
    when a.ent_id is null or a.ent_removed then null
    when a.state = 'DELETED' then case when exists (select from person p where p.person_id = a.person_id)
        and (select day from platform.business_day) < coalesce((select max(x.effective_on) from account_transition x
          where x.account_id = a.account_id and x.to_state = 'CLOSING'), a.since) + interval '3 months'
      then 'DELETE' end
    when a.state = 'SUSPENDED' and (not a.ent_blocked or exists (select from ent_task w
        where w.account_id = a.account_id and w.attempts > 0)) then null
    when a.state in ('PROVISIONING', 'PROVISIONED', 'ACTIVATED') and a.ent_blocked then null
    when exists (select from ent_task w where w.account_id = a.account_id and w.tried_places <> '{}') then null
    when a.profile = 'RELATIVE' and exists (select from ent_link f join account s on s.account_id = f.student_account_id
        left join person p on p.person_id = a.person_id
      where f.relative_account_id = a.account_id and f.linked and not s.ent_removed
        and not coalesce(s.person_id = any(p.child_ids), false)) then null
    when a.state = 'CLOSING' then case when not a.ent_blocked then 'CLOSE' end
    when a.state = 'WAITING_SEAT' then case when not a.ent_blocked then 'BLOCK' end
    when l.left_uai is not null then 'MOVE'
    when a.state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED') and exists (select from person p where p.person_id = a.person_id
      and ent_identity(a.account_id, p.first_name, p.last_name, p.birth_date) <> a.ent_identity)
      and not exists (select from fed_school_today f where f.uai = a.uai) then 'RENAME'
  end as kind offset 0) k`;

/** SQL: a count of tries and one more, as far as the database lets it be counted. */
export const oneMore = (count: string): string => `least(${count} + 1, 1000000)`;

/** Priority of a guardian who is to be made, after all other work: its children are first (`EntWork.due`). */
export const guardianToMake = 3;

/**
 * One row of work per account that the ENT is behind of; pupils first, so that relatives find them. What a plan may hold is
 * gathered; work that is asked again for the same reason stays where it is, and what was held and is no more wanted is
 * looked at once more.
 */
export async function askEnt(
  database: Pick<Database | Transaction, 'query'>,
  accountIds: readonly string[],
): Promise<void> {
  if (accountIds.length === 0) return;
  // Planned once for a connection: that costs more than the answer.
  await database.query({ name: 'ask-ent', text: askEntSql, values: [accountIds] });
}

/** Work that the ENT refused is due now, of one cause alone where it is named. Returns whose; locked in one order. */
export async function askAgain(
  tx: Transaction,
  accountIds: readonly string[],
  code?: string,
): Promise<string[]> {
  const { rows } = await tx.query<{ account_id: string }>(
    `update ent_task set not_before = now() where account_id in (
       select account_id from ent_task where account_id = any($1::uuid[]) and refused_code <> '' and gate = 'OPEN'
         and ($2::text is null or refused_code = $2)
       order by account_id for update)
     returning account_id`,
    [accountIds, code ?? null],
  );
  return rows.map(({ account_id }) => account_id);
}

const isSame = `(ent_task.kind is not distinct from excluded.kind and ent_task.plan_uai is not distinct from excluded.plan_uai)`;

const askEntSql = `
  insert into ent_task (account_id, priority, kind, gate, plan_uai)
  select a.account_id, case when a.profile = 'STUDENT' then 1 when a.profile <> 'RELATIVE' then 0
      when a.state = 'PROVISIONING' and a.ent_id is null and coalesce(t.attempts, 0) = 0 then ${guardianToMake} else 2 end,
    k.kind, case when k.kind is null then 'OPEN' else 'GATHERED' end, case when k.kind is not null then k.plan_uai end
  from account a left join ent_task t using (account_id) ${callKind}
  where a.account_id = any($1::uuid[]) and (t.gate <> 'OPEN' or ${isBehind('coalesce(t.attempts > 0, false)')})
  order by a.account_id
  on conflict (account_id) do update set not_before = least(ent_task.not_before, now()), priority = excluded.priority, kind = excluded.kind,
    plan_uai = coalesce(excluded.plan_uai, ent_task.plan_uai),
    gate = case when ${isSame} then ent_task.gate
      when excluded.kind is null and ent_task.gate = 'OPEN' then 'OPEN' else 'GATHERED' end,
    part_id = case when ${isSame} then ent_task.part_id end,
    queued_at = case when ${isSame} or (excluded.kind is null and ent_task.gate = 'OPEN') then ent_task.queued_at end`;
