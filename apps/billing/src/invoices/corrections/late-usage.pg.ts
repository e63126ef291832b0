import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';

/** How often metering has told that late facts changed what it certified, membership by membership (MTR-3). */
@Injectable()
export class LateUsage {
  constructor(private readonly database: Database) {}

  /** Empty: of all memberships. Those never told of are left out. */
  async heard(membershipId: string): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.rows<{ membership_id: string; told: bigint }>(
      `select membership_id, told from late_usage where $1 = '' or membership_id = $1`,
      [membershipId],
    );
    return new Map(rows.map(({ membership_id, told }) => [membership_id, Number(told)]));
  }

  /** Once more, of each; in one order, so that two batches never wait for each other. */
  async hear(tx: Transaction, membershipIds: readonly string[]): Promise<void> {
    await tx.query(
      `insert into late_usage as known (membership_id, told)
       select membership_id, count(*) from unnest($1::text[]) as m (membership_id) group by 1 order by 1
       on conflict (membership_id) do update set told = known.told + excluded.told`,
      [membershipIds],
    );
  }
}
