import type { SourceGuardian } from '../directory-source.js';
import type { RowRemarks } from '../tables/row-remarks.js';
import { namedChildren } from '../tables/named-children.js';
import { homeOf } from '../tables/home-of-guardian.js';
import { keyOf, plain } from '../tables/row-values.js';
import type { OndePupil } from './onde-pupils.js';
import { soundRows } from './onde-rows.js';
import type { OndeRow, OndeTable } from './onde-table.js';

const block = 4;

/** Of one child there is one each, before the blocks. */
const address = ['adresse responsable', 'cp responsable'];
const contacts = ['courriel', 'telephone portable', 'telephone domicile', 'telephone travail'];

export const isGuardiansTable = ({ header }: OndeTable): boolean =>
  ['nom responsable', 'prenom responsable', "nom d'usage enfant"].every((name) =>
    header.includes(name),
  );

type Row = {
  readonly row: OndeRow;
  readonly lastName: string;
  readonly firstName: string;
  /** Names, and what tells homonyms apart. */
  readonly names: string;
  readonly home: string;
};

/**
 * The guardians of an extraction, and the pupils with the links to them. It bears no key of a pupil,
 * so a child is found by family and first name; the class, which may be written otherwise, only
 * breaks ties.
 */
export function guardiansFrom(
  table: OndeTable,
  remarks: RowRemarks,
  pupils: readonly OndePupil[],
): { guardians: SourceGuardian[]; pupils: OndePupil[] } {
  const rows = rowsOf(table, remarks);
  const homesByNames = new Map<string, Set<string>>();
  for (const { names, home } of rows)
    homesByNames.set(names, (homesByNames.get(names) ?? new Set()).add(home));
  const called = namedChildren(pupils, ({ familyName, pupil }) => [familyName, pupil.firstName]);
  const guardians = new Map<string, SourceGuardian>();
  const keysByPupil = new Map<OndePupil, Set<string>>();
  for (const { row, lastName, firstName, names, home } of rows) {
    const areHomonyms = homesByNames.get(names)!.size > 1;
    const sourceKey = keyOf('R', names, areHomonyms ? home : '');
    if (areHomonyms) remarks.add('GUARDIAN_HOMONYMS', row.line, sourceKey);
    else if (guardians.has(sourceKey)) remarks.add('DUPLICATE_ENTRY', row.line, sourceKey);
    if (!guardians.has(sourceKey)) {
      const { file } = table;
      guardians.set(sourceKey, {
        kind: 'guardian',
        file,
        line: row.line,
        sourceKey,
        lastName,
        firstName,
      });
    }
    for (const child of childrenOf(table, row)) {
      const found = called(child.familyName, child.firstName);
      const ofClass = found.filter(({ classText }) => plain(classText) === child.classText);
      const [pupil, ...others] = found.length > 1 && ofClass.length > 0 ? ofClass : found;
      if (!pupil) remarks.add('CHILD_UNKNOWN', row.line, sourceKey);
      else if (others.length > 0) remarks.add('CHILD_DOUBTFUL', row.line, sourceKey);
      else keysByPupil.set(pupil, (keysByPupil.get(pupil) ?? new Set()).add(sourceKey));
    }
  }
  return {
    guardians: [...guardians.values()],
    pupils: pupils.map((each) => ({
      ...each,
      pupil: {
        ...each.pupil,
        // ONDE says who has authority, and not by which relation.
        guardians: [...(keysByPupil.get(each) ?? [])].map((sourceKey) => ({
          sourceKey,
          relation: '',
        })),
      },
    })),
  };
}

function rowsOf(table: OndeTable, remarks: RowRemarks): Row[] {
  return soundRows(table, remarks).flatMap((row) => {
    const cell = (name: string) => row.cells[table.header.indexOf(name)] ?? '';
    const family = cell('nom responsable');
    const lastName = cell('nom usage responsable') || cell("nom d'usage responsable") || family;
    const firstName = cell('prenom responsable');
    if (lastName === '' || firstName === '') {
      remarks.add('NAME_MISSING', row.line);
      return [];
    }
    const names = plain(`${family || lastName}\0${firstName}`);
    const home = homeOf({
      ...{ address: address.map(cell), contacts: contacts.map(cell) },
      children: childrenOf(table, row).map((child) => [child.familyName, child.firstName]),
    });
    return [{ row, lastName, firstName, names, home }];
  });
}

/** Blocks of four by position: their headers are the same for each child. */
function childrenOf({ header }: OndeTable, { cells }: OndeRow) {
  const first = header.indexOf("nom d'usage enfant");
  const children = [];
  for (let at = first; at < cells.length; at += block) {
    const [usageName = '', familyName = '', firstName = '', classText = ''] = cells.slice(
      at,
      at + block,
    );
    if (firstName === '') continue;
    children.push({
      ...{ familyName: familyName || usageName, firstName },
      classText: plain(classText),
    });
  }
  return children;
}
