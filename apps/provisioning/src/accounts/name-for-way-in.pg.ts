import type { Transaction } from '#libs/persistence';

/**
 * A key that came or changed before anything was asked of the ENT is the one to ask under (AUT-1). Later the name stays: a
 * creation without an answer is found by it, and the ENT never lets it be changed.
 */
export async function nameForWayIn(tx: Transaction, accountIds: readonly string[]): Promise<void> {
  await tx.query(
    `update account a set ent_external_id = ent_key_of(a)
     where a.account_id = any($1::uuid[]) and a.ent_id is null and a.state in ('REQUESTED', 'WAITING_SEAT', 'FAILED')
       and a.ent_external_id is distinct from ent_key_of(a)
       and not exists (select from ent_task t where t.account_id = a.account_id)`,
    [accountIds],
  );
}
