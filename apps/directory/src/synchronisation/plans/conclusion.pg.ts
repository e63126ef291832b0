import type { Transaction } from '#libs/persistence';

/** An import that waited ends when none of its schools does: completed where a part was applied or there was nothing to change, else refused. */
export const CONCLUDED = `case
  when exists (select from plan_school q join plan p using (plan_id)
    where p.import_id = i.import_id and p.state = 'CURRENT' and q.state = 'HELD') then 'HELD'
  when exists (select from plan_part a join plan p using (plan_id) where p.import_id = i.import_id) then 'COMPLETED'
  when not exists (select from plan_school q join plan p using (plan_id) where p.import_id = i.import_id and p.state = 'CURRENT') then 'COMPLETED'
  else 'REFUSED' end`;

/** After a decision, an expiry or a younger delivery: of these imports, those that waited and wait no more. */
export async function concludeHeld(tx: Transaction, importIds: readonly string[]): Promise<void> {
  await tx.query(
    `update directory_import i set state = ${CONCLUDED} where i.state = 'HELD' and i.import_id = any($1::uuid[])`,
    [importIds],
  );
}
