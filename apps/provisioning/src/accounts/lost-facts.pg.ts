import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { LostDays, LostFact } from './domain/lost-days.js';

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
   * told. By account: the lost one where the books have it, else the one that its person has now; apart, by the lost
   * account, those of people who have none.
   */
  async takeSettled(
    tx: Transaction,
    limit: number,
  ): Promise<{ byAccount: Map<string, LostFact[]>; ofNobody: Map<string, LostFact[]> }> {
    const { rows } = await tx.query<LostFact & { accountId: string | null; lostId: string }>(
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
           returning s.account_id as heir, s.lost_id, f.epoch, f.seq, f.state, f.effective_on, f.uai, f.membership_id, f.item_code)
       select heir as "accountId", lost_id as "lostId", state, effective_on as "effectiveOn", uai,
              membership_id as "membershipId", item_code as "itemCode" from gone order by epoch, seq`,
      [limit],
    );
    const byAccount = new Map<string, LostFact[]>();
    const ofNobody = new Map<string, LostFact[]>();
    for (const { accountId, lostId, ...fact } of rows) {
      const [facts, id] = accountId === null ? [ofNobody, lostId] : [byAccount, accountId];
      const known = facts.get(id);
      if (known) known.push(fact);
      else facts.set(id, [fact]);
    }
    return { byAccount, ofNobody };
  }

  /** Under a number drawn for the account. */
  async keepDays(tx: Transaction, days: readonly LostDays[], recordedOn: LocalDate): Promise<void> {
    await tx.query(
      `with drawn as (select gen_random_uuid() as id)
       insert into lost_day (lost_account, membership_id, item_code, uai, from_on, to_on, recorded_on)
       select id, "membershipId", "itemCode", uai, "fromOn", "toOn", $2
         from drawn, jsonb_to_recordset($1)
           as days ("membershipId" text, "itemCode" text, uai text, "fromOn" date, "toOn" date)`,
      [JSON.stringify(days), recordedOn],
    );
  }
}
