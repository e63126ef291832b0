import { basename, extname } from 'node:path';
import { unreadable } from '../source-problems.js';
import { plain } from '../tables/row-values.js';
import { columns, type Column } from './ent-csv-columns.js';
import type { EntCsvTable } from './ent-csv-table.js';

/** Of whom a file speaks; by the beginnings of words in its name, the first that fits (parents of pupils are no pupils). */
const startsOfName = {
  RELATIVE: 'relative responsable parent famille',
  ATSEM: 'atsem',
  COMMUNE_REPRESENTATIVE: 'representant elu municipa mairie',
  PARTNER: 'partner partenaire',
  INSPECTION: 'inspect conseiller',
  TEACHER: 'teacher enseignant professeur directeur',
  PERSONNEL: 'personnel',
  GUEST: 'guest invite',
  STUDENT: 'student eleve',
} as const;

export type EntCsvProfile = keyof typeof startsOfName;
export type AdultProfile = Exclude<EntCsvProfile, 'STUDENT' | 'RELATIVE'>;

/**
 * The profile of a file: by its name; else by columns that only one kind has (the teachers' file
 * made by hand beside ONDE says who is the head). Throws SourceUnreadable where neither tells.
 */
export function profileOf({ file, header }: EntCsvTable): EntCsvProfile {
  const words = plain(basename(file, extname(file)).replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')).split(
    /[^a-z]+/,
  );
  const named = (Object.keys(startsOfName) as EntCsvProfile[]).find((profile) =>
    startsOfName[profile].split(' ').some((start) => words.some((word) => word.startsWith(start))),
  );
  if (named) return named;
  const has = (column: Column) => header.some((word) => column.words.includes(word));
  if (has(columns.childFirstName)) return has(columns.guardianFirstName) ? 'RELATIVE' : 'STUDENT';
  if (has(columns.ine)) return 'STUDENT';
  if (has(columns.circonscription)) return 'INSPECTION';
  if (has(columns.isHead)) return 'TEACHER';
  throw unreadable(file, 'PROFILE_UNKNOWN', 1);
}
