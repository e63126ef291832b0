import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { oneMore } from './ask-ent.pg.js';

export type UrgentBlock = {
  readonly accountId: string;
  readonly entId: string | null;
  readonly wanted: boolean;
  /** The ENT blocks the account for its state too: a lifted block changes nothing there. */
  readonly isBlockedOtherwise: boolean;
  readonly attempts: number;
};
export type ReturnedBlock = {
  readonly accountId: string;
  readonly decidedBy: string;
  readonly reason: string;
};

/** SQL condition: account `a` has an urgent block. */
export const isUrgentlyBlocked =
  'exists (select from ent_urgent_block u where u.account_id = a.account_id and u.wanted)';

/** Blocks in the ENT that wait for no plan (PRV-8): a table of its own, so that a plan stays as it was read. */
@Injectable()
export class UrgentBlocks {
  constructor(private readonly database: Database) {}

  /** False: the ENT has no user of the account, or blocks it already. */
  async decide(
    tx: Transaction,
    accountId: string,
    { decidedBy, reason, on }: { decidedBy: string; reason: string; on: LocalDate },
  ): Promise<boolean> {
    await tx.query('delete from ent_urgent_block where account_id = $1 and not wanted', [
      accountId,
    ]);
    const { rowCount } = await tx.query(
      `insert into ent_urgent_block (account_id, cause, decided_by, reason, decided_on)
       select account_id, 'DECISION', $2, $3, $4 from account
       where account_id = $1 and ent_id is not null and not ent_removed and not ent_blocked
       on conflict (account_id) do nothing`,
      [accountId, decidedBy, reason, on],
    );
    return rowCount === 1;
  }

  /** Number of lifted blocks. The next round sends them to the ENT. */
  async lift(
    tx: Transaction,
    accountIds: readonly string[],
    cause: 'DECISION' | 'EXCHANGE',
  ): Promise<number> {
    const { rowCount } = await tx.query(
      `update ent_urgent_block set wanted = false, told = false, not_before = now()
       where account_id = any($1::uuid[]) and cause = $2 and wanted`,
      [accountIds, cause],
    );
    return rowCount ?? 0;
  }

  /** Next block to send, reserved for this process for 30 seconds. */
  async next(): Promise<UrgentBlock | undefined> {
    const { rows } = await this.database.query<UrgentBlock>({
      name: 'next-urgent-block',
      text: `update ent_urgent_block u set attempts = ${oneMore('u.attempts')}, not_before = now() + interval '30 seconds'
       from account a where a.account_id = u.account_id and u.account_id = (
         select account_id from ent_urgent_block where not told and not_before <= now()
         order by not_before, account_id limit 1 for update skip locked)
       returning u.account_id as "accountId", case when a.ent_removed then null else a.ent_id end as "entId",
         u.wanted, a.ent_blocked as "isBlockedOtherwise", u.attempts`,
    });
    return rows[0];
  }

  /** A block that was lifted or requested again since `next` stays for the next round. */
  async settle({ accountId, wanted, attempts }: UrgentBlock): Promise<void> {
    await this.database.query(
      wanted
        ? 'update ent_urgent_block set told = true where account_id = $1 and attempts = $2 and wanted'
        : 'delete from ent_urgent_block where account_id = $1 and attempts = $2 and not wanted',
      [accountId, attempts],
    );
  }

  async postpone({ accountId, attempts }: UrgentBlock, waitMs: number): Promise<void> {
    await this.database.query(
      `update ent_urgent_block set not_before = now() + $3 * interval '1 millisecond'
       where account_id = $1 and attempts = $2 and not told`,
      [accountId, attempts, waitMs],
    );
  }

  /** Accounts that a person had blocked and that are open again: they are to be suspended (PRV-3). */
  async returned(limit: number): Promise<string[]> {
    const { rows } = await this.database.query<{ accountId: string }>({
      name: 'returned-urgent-blocks',
      text: `select u.account_id as "accountId" from ent_urgent_block u join account a using (account_id)
       where u.cause = 'DECISION' and u.wanted and a.state in ('PROVISIONED', 'ACTIVATED')
       order by u.account_id limit $1`,
      values: [limit],
    });
    return rows.map(({ accountId }) => accountId);
  }

  /** Removes them, since the suspension takes their place. Of accounts that the caller has locked. */
  async takeReturned(tx: Transaction, accountIds: readonly string[]): Promise<ReturnedBlock[]> {
    const { rows } = await tx.query<ReturnedBlock>(
      `delete from ent_urgent_block u using account a
       where a.account_id = u.account_id and u.account_id = any($1::uuid[]) and u.cause = 'DECISION' and u.wanted
         and a.state in ('PROVISIONED', 'ACTIVATED')
       returning u.account_id as "accountId", u.decided_by as "decidedBy", u.reason`,
      [accountIds],
    );
    return rows;
  }
}
