import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';

/**
 * A PostgreSQL client inside BEGIN … COMMIT. Whatever emits an event, audits or touches money is
 * written through one of these. Never keep it after the unit of work that gave it. Statements may be sent without
 * waiting for the ones before (`together`): PostgreSQL answers them in order, and none after one that failed.
 */
export type Transaction = {
  query<Row extends QueryResultRow = QueryResultRow>(
    text: string | QueryConfig,
    values?: unknown[],
  ): Promise<QueryResult<Row>>;
  /** The rows alone. */
  rows<Row extends QueryResultRow = QueryResultRow>(
    text: string | QueryConfig,
    values?: unknown[],
  ): Promise<Row[]>;
  /** The first row, if there is one: for what is asked by its key. */
  row<Row extends QueryResultRow = QueryResultRow>(
    text: string | QueryConfig,
    values?: unknown[],
  ): Promise<Row | undefined>;
  /** The first value of each row: for a list of one column. */
  column<Value>(text: string | QueryConfig, values?: unknown[]): Promise<Value[]>;
  /** The first value of the first row; undefined where there is no row, or the value is null. */
  value<Value>(text: string | QueryConfig, values?: unknown[]): Promise<Value | undefined>;
};

/** Waits for statements sent one after the other, without a journey between; throws what failed first. */
export async function together<const Sent extends readonly Promise<unknown>[]>(
  ...sent: Sent
): Promise<{ -readonly [Index in keyof Sent]: Awaited<Sent[Index]> }> {
  const failed = await firstFailureOf(sent);
  if (failed) throw failed.reason;
  return Promise.all(sent);
}

/** Of statements sent one after the other, once all are answered. */
export async function firstFailureOf(
  sent: readonly Promise<unknown>[],
): Promise<PromiseRejectedResult | undefined> {
  const answers = await Promise.allSettled(sent);
  return answers.find((answer) => answer.status === 'rejected');
}
