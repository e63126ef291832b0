import type { Transaction } from './transaction.js';

/** Adds a row, each value beside its column; undefined is null, an object is JSON, an array an array. */
export async function insertRow(
  tx: Transaction,
  table: string,
  row: Readonly<Record<string, unknown>>,
): Promise<void> {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  await tx.query(
    `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`,
    Object.values(row),
  );
}

/** A row as the domain has it: what is null in the database is absent. */
export function withoutNulls<T>(row: object): T {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;
}
