import { isIne } from '#libs/identifiers';
import type { SourcePupil } from '../directory-source.js';
import type { RowRemarks } from '../tables/row-remarks.js';
import { dayFrom, divisionsOf, keyOf, levelFrom } from '../tables/row-values.js';
import { columns, columnsOf } from './ent-csv-columns.js';
import { schoolsOf } from './ent-csv-schools.js';
import { type EntCsvTable, soundRows } from './ent-csv-table.js';
import type { OfSchool } from './school-folder.js';

/** A pupil, and the family name by which the guardians' file names it. */
export type EntCsvPupil = { readonly pupil: SourcePupil; readonly familyName: string };

const { pupilLastName, pupilUsageName, pupilFirstName, birthDate, classes } = columns;
const { id, ine, level, groups, uais } = columns;

/** Throws SourceUnreadable without the columns that a pupil needs. */
export function pupilsFrom(
  table: EntCsvTable,
  remarks: RowRemarks,
  options: OfSchool,
): EntCsvPupil[] {
  const { className } = options;
  const needed = [pupilLastName, pupilFirstName, birthDate, ...(className ? [] : [classes])];
  const read = [pupilUsageName, id, ine, level, groups, uais, ...(className ? [classes] : [])];
  const cellsOf = columnsOf(table, remarks, needed, read);
  const pupils = new Map<string, EntCsvPupil>();
  const firstRows = new Map<string, { line: number; structureKey: string; isTold: boolean }>();
  for (const row of soundRows(table, remarks)) {
    const cells = cellsOf(row);
    const remark = (code: string, subject = '') => remarks.add(code, row.line, subject);
    const familyName = cells.of(pupilLastName);
    const firstName = cells.of(pupilFirstName);
    const bornOn = dayFrom(cells.of(birthDate));
    if (familyName === '' || firstName === '') {
      remark('NAME_MISSING');
      continue;
    }
    if (!cells.isPlain(id)) {
      remark('KEY_INCONSISTENT');
      continue;
    }
    if (!bornOn) {
      remark('BIRTH_DATE_MISSING');
      continue;
    }
    if (options.datedOn !== undefined && bornOn > options.datedOn) {
      remark('BIRTH_DATE_IMPOSSIBLE');
      continue;
    }
    const [structureKey = '', ...otherStructureKeys] = schoolsOf(cells, options, remark);
    const sourceKey = cells.of(id) || keyOf('E', structureKey, familyName, firstName, bornOn);
    // Which of them is the home school (DIR-4) no row says: whoever delivers it looks at both.
    const who = cells.of(id) || keyOf('E', familyName, firstName, bornOn);
    const first = firstRows.get(who) ?? { line: row.line, structureKey, isTold: false };
    firstRows.set(who, first);
    if (first.structureKey !== structureKey) {
      if (!first.isTold) remarks.add('PUPIL_IN_SEVERAL_SCHOOLS', first.line, who);
      first.isTold = true;
      remark('PUPIL_IN_SEVERAL_SCHOOLS', who);
    }
    if (pupils.has(sourceKey)) {
      if (first.structureKey === structureKey) remark('DUPLICATE_ENTRY', sourceKey);
      continue;
    }
    const stated = cells.of(ine).toUpperCase();
    const isSound = isIne(stated) && cells.isPlain(ine);
    if (stated !== '' && !isSound) remark('INE_MALFORMED', sourceKey);
    const attended = divisionsOf(structureKey, className ? [className] : cells.all(classes));
    const [home] = attended;
    const grouped = cells.all(groups);
    pupils.set(sourceKey, {
      familyName,
      pupil: {
        ...({ kind: 'pupil', file: table.file, line: row.line, sourceKey, firstName } as const),
        lastName: cells.of(pupilUsageName) || familyName,
        birthDate: bornOn,
        ...(isSound ? { ine: stated } : {}),
        structureKey,
        classId: home?.id ?? '',
        classLabel: home?.label ?? '',
        otherStructureKeys,
        classes: attended,
        ...(grouped.length > 0 ? { groups: divisionsOf(structureKey, grouped) } : {}),
        level: levelFrom(cells.of(level), () => remark('LEVEL_UNKNOWN', sourceKey)),
        guardians: [],
      },
    });
  }
  return [...pupils.values()];
}
