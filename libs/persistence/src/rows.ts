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
  const columns = Object.keys(row).map(columnOf);
  const places = columns.map((_, index) => `$${index + 1}`);
  await tx.query(
    `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`,
    Object.values(row),
  );
}

const columnOf = (field: string): string =>
  field.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

/** Many rows as `unnest` takes them: the values of each field in an array of its own. */
export function arraysOf<Row>(rows: readonly Row[], ...fields: (keyof Row)[]): unknown[][] {
  return fields.map((field) => rows.map((row) => row[field]));
}

/** A row as the domain has it: what is null in the database is absent. */
export function withoutNulls<T>(row: object): T {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;
}
