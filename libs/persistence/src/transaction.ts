import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';

/**
 * A PostgreSQL client inside BEGIN … COMMIT. Whatever emits an event, audits or touches money is
 * written through one of these. Never keep it after the unit of work that gave it.
 */
export type Transaction = {
  query<Row extends QueryResultRow = QueryResultRow>(
    text: string | QueryConfig,
    values?: unknown[],
  ): Promise<QueryResult<Row>>;
};
