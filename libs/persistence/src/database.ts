import pg, { type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { JourneyClient } from './journey-client.js';
import { LockWaits, lockWaitMs } from './lock-waits.js';
import { firstColumnOf } from './rows.js';
import type { Transaction } from './transaction.js';

export type DatabaseOptions = {
  readonly url: string;
  /** Connections at most. */
  readonly poolMax: number;
  readonly applicationName?: string;
  /** So many times as long a connection and a lock are waited for; 1 unless told. */
  readonly patience?: number;
  /** Asked of each new connection; what it throws is what the one who wanted the connection is told. */
  readonly verify?: (client: pg.PoolClient) => Promise<void>;
};

// Counters and cents are bigint from end to end; a date stays the text that it is (MKT-2).
pg.types.setTypeParser(pg.types.builtins.INT8, BigInt);
pg.types.setTypeParser(pg.types.builtins.DATE, (text: string) => text);

/** The one bounded pool of a process. A lost connection is an event to survive, not a crash. */
export class Database {
  readonly pool: pg.Pool;

  readonly lockWaits: LockWaits;

  constructor(private readonly options: DatabaseOptions) {
    const { verify, patience = 1 } = options;
    this.lockWaits = new LockWaits(options.poolMax, patience);
    this.pool = new pg.Pool({
      connectionString: options.url,
      max: options.poolMax,
      application_name: options.applicationName ?? 'ent',
      connectionTimeoutMillis: 10_000 * patience,
      idleTimeoutMillis: 30_000,
      // Statements that nobody waits for between travel together.
      pipeline: true,
      Client: JourneyClient,
      ...(verify && {
        verify: (client: pg.PoolClient, done: (error?: Error) => void) =>
          void verify(client).then(() => done(), done),
      }),
      // A stopped process must not block its successor with a row lock or an open transaction.
      // A statement_timeout of the role's own would keep \`verify\` from saying so.
      options: `-c statement_timeout=0 -c lock_timeout=${lockWaitMs}ms -c idle_in_transaction_session_timeout=${15 * patience}s`,
    });
    this.pool.on('error', () => undefined);
    // A checked-out client whose connection dies emits on itself: unheard, it would end the process.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** A connection that is nobody else's until it is released. */
  async connect(): Promise<pg.PoolClient & Transaction> {
    return (await this.pool.connect()) as pg.PoolClient & JourneyClient;
  }

  /**
   * A statement on its own, outside any transaction: reads, mostly. A statement that PostgreSQL refused leaves its
   * connection in the pool; `Pool.query` would close it, and each refusal would cost a new server process.
   */
  async query<Row extends QueryResultRow = QueryResultRow>(
    text: string | QueryConfig,
    values?: unknown[],
  ): Promise<QueryResult<Row>> {
    return this.lockWaits.run(() => this.once<Row>(text, values));
  }

  private async once<Row extends QueryResultRow>(
    text: string | QueryConfig,
    values?: unknown[],
  ): Promise<QueryResult<Row>> {
    const client = await this.connect();
    let broken: Error | undefined;
    try {
      return await client.query<Row>(text as string, values);
    } catch (error) {
      if (!isRefusalOfStatement(error)) broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** The rows alone. */
  async rows<Row extends QueryResultRow = QueryResultRow>(
    text: string | QueryConfig,
    values?: unknown[],
  ): Promise<Row[]> {
    return (await this.query<Row>(text, values)).rows;
  }

  /** The first row, if there is one: for what is asked by its key. */
  async row<Row extends QueryResultRow = QueryResultRow>(
    text: string | QueryConfig,
    values?: unknown[],
  ): Promise<Row | undefined> {
    return (await this.query<Row>(text, values)).rows[0];
  }

  /** The first value of each row: for a list of one column. */
  async column<Value>(text: string | QueryConfig, values?: unknown[]): Promise<Value[]> {
    return firstColumnOf<Value>(await this.query(text, values));
  }

  /** The first value of the first row; undefined where there is no row, or the value is null. */
  async value<Value>(text: string | QueryConfig, values?: unknown[]): Promise<Value | undefined> {
    return (await this.column<Value>(text, values))[0] ?? undefined;
  }

  /** A connection that the pool does not hold: those that it holds outlive a password that was changed. */
  async connectAnew(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: `${this.options.applicationName ?? 'ent'}-probe`,
      connectionTimeoutMillis: 10_000 * (this.options.patience ?? 1),
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
    } finally {
      await client.end();
    }
  }

  async end(): Promise<void> {
    if (!this.pool.ending) await this.pool.end();
  }
}

/** By its code, since the word for its severity is in the server's language. */
const isRefusalOfStatement = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && !isConnectionFault(error) && !isStalePlan(error);

/** What is around the data is at fault, and not the data: the same work may succeed later, as it is. */
export function isInfrastructureFault(error: unknown): boolean {
  return isConnectionFault(error) || isSchemaFault(error);
}

/**
 * Code and schema are not of one release: no such column, table, function or right (class 42), or a type that a
 * prepared statement did not know. No record is to blame, and all of them would be.
 */
function isSchemaFault(error: unknown): boolean {
  const code = codeOf(error);
  return /^(42|3F)/.test(code) || ['P2021', 'P2022'].includes(code) || isStalePlan(error);
}

/** "cached plan must not change result type", in any language. A new connection has no plans. */
export function isStalePlan(error: unknown): boolean {
  const { code, routine } = error as { code?: unknown; routine?: unknown };
  return code === '0A000' && routine === 'RevalidateCachedQuery';
}

/** Connection lost or refused, server stopping, too many clients, lock or idle timeouts. */
function isConnectionFault(error: unknown): boolean {
  const { message } = error as { message?: unknown };
  const text = codeOf(error);
  return (
    /^(08|28|53|57|58)/.test(text) ||
    ['P1001', 'P1002', 'P1008', 'P1017'].includes(text) ||
    ['25P03', '25P04', '55P03'].includes(text) ||
    /^E[A-Z]{3,}$/.test(text) ||
    /Connection terminated|timeout exceeded when trying to connect|connection error|Client was closed|not queryable|the database system is/i.test(
      // What PostgreSQL says has a code, and may quote any text.
      typeof message === 'string' && !(error instanceof pg.DatabaseError) ? message : '',
    )
  );
}

/** PostgreSQL's code also where a typed read has wrapped it; else the driver's or the client's own. */
function codeOf(error: unknown): string {
  const { code, meta } = error as { code?: unknown; meta?: TypedReadFault };
  const known = meta?.driverAdapterError?.cause?.originalCode ?? code;
  return typeof known === 'string' ? known : '';
}

type TypedReadFault = { driverAdapterError?: { cause?: { originalCode?: unknown } } };

/** Serialization failure or deadlock: the same work may be run again as it is. */
export function isRetriableFault(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === '40001' || code === '40P01';
}

/** Unique violation: of rows that the same transaction read first, only those of transactions beside it can do it. */
export function isKeyTaken(error: unknown): boolean {
  return (error as { code?: unknown }).code === '23505';
}
