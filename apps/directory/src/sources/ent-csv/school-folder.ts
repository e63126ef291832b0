import { isUai } from '#libs/identifiers';
import type { ReadOptions } from '../directory-source.js';
import { unreadable } from '../source-problems.js';

/**
 * How the ENT's own archives part the tables of several schools: `Name@identifier_UAI`, or `Name@identifier_UAI_class`,
 * where all its pupils are in that class.
 */
const startsOfName = /@[^@]*_(\d{7}[A-Za-z])(?:_(.*))?$/;

export const isSchoolFolder = (folder: string): boolean => startsOfName.test(folder);

/** Of which school the tables of a folder are, and the class of its pupils where it names one. */
export type OfSchool = ReadOptions & { readonly className?: string };

/** Throws SourceUnreadable where the UAI is wrong: rather than that people come into no school. */
export function ofSchoolFolder(folder: string, options: ReadOptions): OfSchool {
  const [, code = '', className = ''] = startsOfName.exec(folder) ?? [];
  if (code === '') return options;
  const uai = code.toUpperCase();
  if (!isUai(uai)) throw unreadable(folder, 'SCHOOL_FOLDER');
  return { ...options, uai, ...(className.trim() === '' ? {} : { className: className.trim() }) };
}
