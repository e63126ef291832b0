import type { Transaction } from '#libs/persistence';

/** An import that waited ends when none of its schools does: completed where a part was applied or there was nothing to change, else refused. */
export const concluded = `case
  when exists (select from plan_school q join plan p using (plan_id)
    where p.import_id = i.import_id and p.state = 'CURRENT' and q.state = 'HELD') then 'HELD'
  when exists (select from plan_part a join plan p using (plan_id) where p.import_id = i.import_id) then 'COMPLETED'
  when not exists (select from plan_school q join plan p using (plan_id) where p.import_id = i.import_id and p.state = 'CURRENT') then 'COMPLETED'
  else 'REFUSED' end`;

/** After a decision, an expiry or a younger delivery: of these imports, those that waited and wait no more. */
export async function concludeHeld(tx: Transaction, importIds: readonly string[]): Promise<void> {
  await tx.query(
    `update directory_import i set state = ${concluded} where i.state = 'HELD' and i.import_id = any($1::uuid[])`,
    [importIds],
  );
}

/**
 * What a fault stopped of an older delivery is in this one, too: nobody retries it. Else it would find its schools older
 * than what is applied, and never come to its end. $1: source, $2: import, $3: dated on.
 */
export const answerStopped = `
  with stopped as (
    select import_id from directory_import i where i.source = $1 and i.import_id <> $2 and i.state = 'FAILED'
      and i.delivered_on is not null and i.dated_on <= $3::date),
  replaced as (
    update plan_school q set state = 'REPLACED' from plan p join stopped using (import_id)
    where q.plan_id = p.plan_id and p.state = 'CURRENT' and q.state in ('RELEASED', 'APPROVED', 'HELD')
      and not exists (select from plan_part a where a.plan_id = q.plan_id and a.number = q.part and a.completed))
  update directory_import i set replaced_by = $2, state = case when exists (
      select from plan_part a join plan p using (plan_id) where p.import_id = i.import_id and a.completed) then 'COMPLETED' else 'REFUSED' end
  from stopped t where t.import_id = i.import_id`;
