import { expect } from '@jest/globals';
import type { ImportBed } from './import-bed.test-support.js';

/** Tables of any schema in which a row says one of these texts, as such or in bytes. */
export async function tablesThatSay(
  { db: { database } }: ImportBed,
  texts: readonly string[],
): Promise<string[]> {
  const { rows: tables } = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('public', 'platform') order by 1`,
  );
  expect(tables.length).toBeGreaterThan(30);
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
