import type { Transaction } from '#libs/persistence';
import { feedWaits } from '#libs/trade';

/**
 * A key that came or changed before anything was asked of the ENT is the one to ask under (AUT-1). Later the name stays: a
 * creation without an answer is found by it, and the ENT never lets it be changed. An account that waits for an academy's
 * feed takes its key too: the feed names the user by it (PRV-9).
 */
export async function nameForWayIn(tx: Transaction, accountIds: readonly string[]): Promise<void> {
  await tx.query(
    named(`a.account_id = any($1::uuid[]) and a.ent_id is null and (
        (a.state in ('REQUESTED', 'WAITING_SEAT', 'FAILED') and not exists (select from ent_task t where t.account_id = a.account_id))
        or exists (select from ent_task t where t.account_id = a.account_id and t.refused_code = any($2)))`),
    [accountIds, feedWaits],
  );
}

/**
 * The ENT has lost these users: they are made anew under the key of today. A closing account is not made anew and keeps
 * its key: no source states that key any more, and an ENT that is put back has the user under it (SUP-4).
 */
export async function nameAgain(tx: Transaction, accountIds: readonly string[]): Promise<void> {
  await tx.query(
    named(`a.account_id = any($1::uuid[]) and a.state not in ('CLOSING', 'DELETED')`),
    [accountIds],
  );
}

/** Of two who claim one key at once the first has it. */
const named = (accounts: string): string => `
  update account named set ent_external_id = x.key
  from (select a.account_id, case when row_number() over (partition by ent_key_of(a) order by a.account_id) = 1
      then ent_key_of(a) end as key
    from account a where ${accounts}) x
  where named.account_id = x.account_id and named.ent_external_id is distinct from x.key`;
