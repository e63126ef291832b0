import type { QueryResult, QueryResultRow } from 'pg';

/** A database of a service, or a connection to one. */
type Asked = {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>;
};

/**
 * Tables of a database, whatever their schema, in which a row says one of these texts, as such or in bytes, whatever the
 * case; `schema.table`, in their order.
 */
export async function tablesThatSay(database: Asked, texts: readonly string[]): Promise<string[]> {
  const { rows: tables } = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname !~ '^pg_' and schemaname <> 'information_schema' order by 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rowCount } = await database.query(
      `select from ${name} as row where exists (select from unnest($1::text[]) as said
         where position(lower(said) in lower(row::text)) > 0
            or position(encode(convert_to(said, 'UTF8'), 'hex') in row::text) > 0) limit 1`,
      [texts],
    );
    if (rowCount) found.push(name);
  }
  return found;
}
