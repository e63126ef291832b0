import type { ReadOptions, SourceGuardian, SourcePupil } from '../directory-source.js';
import type { RowRemarks } from '../tables/row-remarks.js';
import { namedChildren } from '../tables/named-children.js';
import { homeOf } from '../tables/home-of-guardian.js';
import { keyOf, plain } from '../tables/row-values.js';
import { columns, columnsOf, type RowCells } from './ent-csv-columns.js';
import type { EntCsvPupil } from './ent-csv-pupils.js';
import { type EntCsvTable, soundRows } from './ent-csv-table.js';
import { unreadable } from '../source-problems.js';

const { guardianLastName, guardianUsageName, guardianFirstName, address, postalCode } = columns;
const { mail, phones } = columns;
const { id, childLastName, childFirstName, childClass } = columns;

/**
 * The guardians, and the pupils with the links to them. A child is found by family and first name;
 * its class only breaks ties. Throws SourceUnreadable without the columns of both, or where the
 * columns of children do not come in blocks.
 */
export function guardiansFrom(
  table: EntCsvTable,
  remarks: RowRemarks,
  pupils: readonly EntCsvPupil[],
  { uai = '' }: ReadOptions,
): { guardians: SourceGuardian[]; pupils: SourcePupil[] } {
  const needed = [guardianLastName, guardianFirstName, childLastName, childFirstName];
  const read = [guardianUsageName, address, postalCode, mail, phones, id, childClass];
  const cellsOf = columnsOf(table, remarks, needed, read);
  const rows = soundRows(table, remarks).flatMap((row) => {
    const { line } = row;
    const cells = cellsOf(row);
    const family = cells.of(guardianLastName);
    const firstName = cells.of(guardianFirstName);
    if (family === '' || firstName === '') {
      remarks.add('NAME_MISSING', line);
      return [];
    }
    if (!cells.isPlain(id)) {
      remarks.add('KEY_INCONSISTENT', line);
      return [];
    }
    const names = plain(`${family}\0${firstName}`);
    const home = homeOf({
      address: [cells.of(address), cells.of(postalCode)],
      contacts: [cells.of(mail), ...cells.all(phones)],
      children: childrenOf(cells, table.file).map((child) => [child.lastName, child.firstName]),
    });
    return [
      { line, cells, lastName: cells.of(guardianUsageName) || family, firstName, names, home },
    ];
  });
  const homes = Map.groupBy(rows, ({ names }) => names);
  const called = namedChildren(pupils, ({ familyName, pupil }) => [familyName, pupil.firstName]);
  const guardians = new Map<string, SourceGuardian>();
  const keysByPupil = new Map<EntCsvPupil, Set<string>>();
  for (const { line, cells, lastName, firstName, names, home } of rows) {
    const areHomonyms = new Set(homes.get(names)!.map((each) => each.home)).size > 1;
    const sourceKey = cells.of(id) || keyOf('R', uai, names, areHomonyms ? home : '');
    if (areHomonyms && cells.of(id) === '') remarks.add('GUARDIAN_HOMONYMS', line, sourceKey);
    else if (guardians.has(sourceKey)) remarks.add('DUPLICATE_ENTRY', line, sourceKey);
    if (!guardians.has(sourceKey)) {
      const { file } = table;
      guardians.set(sourceKey, { kind: 'guardian', file, line, sourceKey, lastName, firstName });
    }
    for (const child of childrenOf(cells, table.file)) {
      const found = called(child.lastName, child.firstName);
      const ofClass = found.filter(({ pupil }) =>
        pupil.classes.some(({ label }) => plain(label) === child.classText),
      );
      const [pupil, ...others] = found.length > 1 && ofClass.length > 0 ? ofClass : found;
      if (!pupil) remarks.add('CHILD_UNKNOWN', line, sourceKey);
      else if (others.length > 0) remarks.add('CHILD_DOUBTFUL', line, sourceKey);
      else keysByPupil.set(pupil, (keysByPupil.get(pupil) ?? new Set()).add(sourceKey));
    }
  }
  // These files say who is responsible, and not by which relation.
  const linksOf = (each: EntCsvPupil) =>
    [...(keysByPupil.get(each) ?? [])].map((sourceKey) => ({ sourceKey, relation: '' }));
  return {
    guardians: [...guardians.values()],
    pupils: pupils.map((each) => ({ ...each.pupil, guardians: linksOf(each) })),
  };
}

/** The n-th of each column belong together. */
function childrenOf(cells: RowCells, file: string) {
  const lastNames = cells.all(childLastName);
  const firstNames = cells.all(childFirstName);
  const classTexts = cells.all(childClass);
  if (lastNames.length !== firstNames.length)
    throw unreadable(file, 'COLUMN_MISSING', 1, childFirstName.label);
  if (classTexts.length > 0 && classTexts.length !== lastNames.length)
    throw unreadable(file, 'COLUMN_MISSING', 1, childClass.label);
  return lastNames.flatMap((lastName, at) => {
    const firstName = firstNames[at]!;
    if (lastName === '' && firstName === '') return [];
    return [{ lastName, firstName, classText: plain(classTexts[at] ?? '') }];
  });
}
