import type { QueryResult } from 'pg';
import type { Transaction } from './transaction.js';

/**
 * Adds a row, each value beside its column, which may be named as the domain names it (`signedOn` is `signed_on`);
 * undefined is null, an object is JSON, an array an array.
 */
export async function insertRow(
  tx: Transaction,
  table: string,
  row: Readonly<Record<string, unknown>>,
): Promise<void> {
  await tx.query(inserting(table, row), Object.values(row));
}

/** The same, unless a row with one of its keys is there. Gives whether it was added. */
export async function insertRowOnce(
  tx: Transaction,
  table: string,
  row: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const statement = `${inserting(table, row)} on conflict do nothing`;
  return (await tx.query(statement, Object.values(row))).rowCount === 1;
}

/**
 * Changes these columns of the row of that id, each value given as a new row's is. The columns are written out where it
 * is called, so that the rights of a service can be compared with them.
 */
export async function updateRow(
  tx: Transaction,
  table: string,
  id: string | bigint,
  row: Readonly<Record<string, unknown>>,
): Promise<void> {
  const columns = Object.keys(row).map((field, index) => `${columnOf(field)} = $${index + 2}`);
  const statement = `update ${table} set ${columns.join(', ')} where id = $1`;
  await tx.query(statement, [id, ...Object.values(row)]);
}

function inserting(table: string, row: Readonly<Record<string, unknown>>): string {
  const columns = Object.keys(row).map(columnOf);
  const places = columns.map((_, index) => `$${index + 1}`);
  return `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`;
}

const columnOf = (field: string): string =>
  field.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

/** Many rows as `unnest` takes them: the values of each field in an array of its own. */
export function arraysOf<Row>(rows: readonly Row[], ...fields: (keyof Row)[]): unknown[][] {
  return fields.map((field) => rows.map((row) => row[field]));
}

/** The rows as the domain has them: what is null in the database is absent. */
export async function rowsWithoutNulls<T>(
  source: Pick<Transaction, 'rows'>,
  text: string,
  values?: unknown[],
): Promise<T[]> {
  return (await source.rows(text, values)).map(withoutNulls<T>);
}

/** The first of them, if there is one. */
export async function rowWithoutNulls<T>(
  source: Pick<Transaction, 'row'>,
  text: string,
  values?: unknown[],
): Promise<T | undefined> {
  const row = await source.row(text, values);
  return row && withoutNulls<T>(row);
}

const withoutNulls = <T>(row: object): T =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;

export const firstColumnOf = <Value>({ rows, fields }: QueryResult): Value[] =>
  rows.map((row: Record<string, unknown>) => row[fields[0]?.name ?? ''] as Value);
