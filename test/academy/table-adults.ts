import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TableAdult } from './expected-people.js';

const profiles = { Teacher: 'TEACHER', Personnel: 'PERSONNEL', Guest: 'GUEST' } as const;

/** The adults of the tables of one school (ENT CSV), read in the fewest words. */
export function adultsIn(folder: string, uai: string): TableAdult[] {
  return readdirSync(folder).flatMap((file) => {
    const profile = profiles[file.replace('.csv', '') as keyof typeof profiles];
    if (!profile) return [];
    const [, ...rows] = readFileSync(join(folder, file), 'utf8').trim().split(/\r?\n/);
    return rows.map((row) => {
      const [firstName = '', lastName = '', born = ''] = row.split(';').map(unquoted);
      const birthDate = born.split('/').reverse().join('-');
      return { lastName, firstName, birthDate, profile, uai };
    });
  });
}

const unquoted = (cell: string) => cell.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');
