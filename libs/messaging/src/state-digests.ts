import type { Database } from '#libs/persistence';

/** Where a service keeps the state of a compacted topic: its own, or its copy. Names are code, never input. */
export type StateTable = {
  readonly topic: string;
  readonly table: string;
  /** Column of the record's key. */
  readonly key: string;
};

export type StateDigest = {
  readonly topic: string;
  readonly count: bigint;
  readonly digest: string;
};

/**
 * Count and order-independent digest of (key, revision) of each table. A table has a column `revision`:
 * the one of the event that its row was made from. One pass over each table; for checks, not for polling.
 */
export class StateDigests {
  constructor(
    private readonly database: Database,
    private readonly tables: readonly StateTable[],
  ) {}

  read(): Promise<StateDigest[]> {
    return Promise.all(this.tables.map((table) => this.digestOf(table)));
  }

  private async digestOf({ topic, table, key }: StateTable): Promise<StateDigest> {
    const { rows } = await this.database.query<{ count: bigint; digest: string }>(
      `select count(*) as count,
         coalesce(sum(('x' || substr(md5(${key} || ':' || revision), 1, 15))::bit(60)::bigint), 0)::text as digest
       from ${table}`,
    );
    return { topic, count: rows[0]?.count ?? 0n, digest: rows[0]?.digest ?? '0' };
  }
}
