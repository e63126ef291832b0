import type { PersonalDataTable } from '#libs/messaging';

/** Names of formats that people call so. */
const names = ['ONDE', 'LDAP'];

/**
 * Codes of ours on what a parent reads of a person (RGPD art. 15). `own` are words in capitals of the test's people and
 * schools; what a market calls its articles is the market's word.
 */
export function rawCodes(
  tables: readonly Pick<PersonalDataTable, 'columns' | 'rows'>[],
  own: readonly string[] = [],
): string[] {
  const cells = tables.flatMap(({ columns, rows }) =>
    rows.flatMap((row) => row.filter((_cell, at) => columns[at] !== 'Article du marché')),
  );
  return cells.flatMap((cell) =>
    [...cell.matchAll(/(?<![\p{L}\d])[A-Z_]{4,}(?![\p{L}\d])/gu)]
      .map(([code]) => code)
      .filter((code) => !names.includes(code) && !own.includes(code)),
  );
}
