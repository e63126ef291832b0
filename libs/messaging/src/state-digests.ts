import type { Database } from '#libs/persistence';
import { defineProblem } from '#libs/problems';

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

export type StatesFound = {
  readonly keepsStates: boolean;
  readonly heldKeys: readonly string[];
  readonly waitingKeys: readonly string[];
};

export class TooManyKeys extends defineProblem('TOO_MANY_KEYS', 'invalid') {}

const keysMax = 1_000;

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

  /** Which of these keys (1,000 at most, else TooManyKeys) are in the table of the topic, or wait in the outbox. */
  async find(topic: string, keys: readonly string[]): Promise<StatesFound> {
    if (keys.length > keysMax)
      throw new TooManyKeys(
        `Au plus ${keysMax} identifiants à la fois : demandez-les en plusieurs fois.`,
      );
    const tables = this.tables.filter((table) => table.topic === topic);
    const held = await Promise.all(
      tables.map(({ table, key }) =>
        this.database.query<{ key: string }>(
          `select ${key}::text as key from ${table} where ${key}::text = any($1) order by 1`,
          [keys],
        ),
      ),
    );
    const { rows: waiting } = await this.database.query<{ key: string }>(
      'select distinct key from platform.outbox where topic = $1 and key = any($2) order by 1',
      [topic, keys],
    );
    return {
      keepsStates: tables.length > 0,
      heldKeys: held.flatMap(({ rows }) => rows.map(({ key }) => key)),
      waitingKeys: waiting.map(({ key }) => key),
    };
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
