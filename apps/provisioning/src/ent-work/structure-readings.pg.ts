import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';

export type StructureReading = {
  readonly uai: string;
  readonly structureId: string;
  /** This one included. */
  readonly attempts: number;
};

/** Schools whose users are still to be read today. */
@Injectable()
export class StructureReadings {
  constructor(private readonly database: Database) {}

  async next(): Promise<StructureReading | undefined> {
    const { rows } = await this.database.query<{ uai: string; ent_id: string; attempts: number }>(
      `update structure_reading r set attempts = attempts + 1, not_before = now() + interval '1 minute'
       from ent_structure s
       where s.uai = r.uai and r.uai = (
         select uai from structure_reading where not_before <= now() order by not_before, uai limit 1 for update skip locked)
       returning r.uai, s.ent_id, r.attempts`,
    );
    const row = rows[0];
    return row && { uai: row.uai, structureId: row.ent_id, attempts: row.attempts };
  }

  async provisionedAmong(tx: Transaction, entIds: readonly string[]): Promise<string[]> {
    const { rows } = await tx.query<{ account_id: string }>(
      `select account_id from account where ent_id = any($1) and state = 'PROVISIONED'`,
      [entIds],
    );
    return rows.map(({ account_id }) => account_id);
  }

  /** A later day may have asked for another reading meanwhile: that one stays. */
  async settle(tx: Transaction, { uai, attempts }: StructureReading): Promise<void> {
    await tx.query('delete from structure_reading where uai = $1 and attempts = $2', [
      uai,
      attempts,
    ]);
  }

  async postpone({ uai, attempts }: StructureReading, waitMs: number): Promise<void> {
    await this.database.query(
      `update structure_reading set not_before = now() + $3 * interval '1 millisecond' where uai = $1 and attempts = $2`,
      [uai, attempts, waitMs],
    );
  }
}
