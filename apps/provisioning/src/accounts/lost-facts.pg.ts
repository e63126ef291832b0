import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LostFact } from './domain/lost-days.js';

/** What a recovery kept of the life that a restore has lost (`lost_account_fact`). */
@Injectable()
export class LostFacts {
  constructor(private readonly database: Database) {}

  async areThere(): Promise<boolean> {
    const { rows } = await this.database.query('select from lost_account_fact limit 1');
    return rows.length > 0;
  }

  /**
   * Removes those of accounts that have come to rest: nothing marked of their person, nothing that the ENT must still be
   * told. By account: the lost one where the books have it, else the one that its person has now; those of nobody apart.
   */
  async takeSettled(
    tx: Transaction,
    limit: number,
  ): Promise<{ byAccount: Map<string, LostFact[]>; ofNobody: number }> {
    const { rows } = await tx.query<LostFact & { accountId: string | null }>(
      `with lost as (select distinct account_id, person_id, profile from lost_account_fact),
         settled as materialized (
           select l.account_id as lost_id, a.account_id
           from lost l left join lateral (
             select a.account_id, a.state from account a
             where a.account_id = l.account_id
                or (a.person_id = l.person_id and a.profile = l.profile and a.state <> 'DELETED')
             order by a.account_id = l.account_id desc limit 1) a on true
           where not exists (select from pool_mark)
             and not exists (select from import_progress where not settled)
             and not exists (select from person_mark m where m.person_id = l.person_id)
             and coalesce(a.state not in ('REQUESTED', 'PROVISIONING'), true)
             and not exists (select from ent_task t where t.account_id = a.account_id and t.refused_code = '' and t.gate <> 'HELD')
           order by 1 limit $1),
         gone as (
           delete from lost_account_fact f using settled s where f.account_id = s.lost_id
           returning s.account_id as heir, f.epoch, f.seq, f.state, f.effective_on, f.uai, f.membership_id, f.item_code)
       select heir as "accountId", state, effective_on as "effectiveOn", uai,
              membership_id as "membershipId", item_code as "itemCode" from gone order by epoch, seq`,
      [limit],
    );
    const byAccount = new Map<string, LostFact[]>();
    for (const { accountId, ...fact } of rows) {
      if (accountId === null) continue;
      const known = byAccount.get(accountId);
      if (known) known.push(fact);
      else byAccount.set(accountId, [fact]);
    }
    return { byAccount, ofNobody: rows.filter(({ accountId }) => accountId === null).length };
  }
}
