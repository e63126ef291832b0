import { createHash } from 'node:crypto';
import { isIne } from '#libs/identifiers';
import type { ReadOptions, SourcePupil } from '../directory-source.js';
import type { RowRemarks } from '../tables/row-remarks.js';
import { dayFrom, divisionsOf, keyOf, levelFrom } from '../tables/row-values.js';
import { soundRows } from './onde-rows.js';
import type { OndeTable } from './onde-table.js';

const known = new Set(
  [
    'nom eleve|nom d’usage eleve|prenom eleve|date naissance|sexe|ine|adresse1|cp1|commune1|pays1|adresse2|cp2|commune2|pays2',
    'cycle|niveau|libelle classe|classe|identifiant classe|attestation fournie|autorisation associations|autorisations associations',
    'autorisation photo|autorisations photos|decision de passage|regroupement|regroupements|regroupement(s)|dispositif(s)',
    'date inscription|etat|deuxieme prenom|troisieme prenom|commune naissance|dept naissance|pays naissance|statut|regime',
  ].flatMap((names) => names.replaceAll('’', "'").split('|')),
);

/** One regroupement in each cell; which sign would part several is said nowhere. */
const groups = ['regroupement', 'regroupements', 'regroupement(s)'];

export const isPupilsTable = ({ header }: OndeTable): boolean =>
  ['nom eleve', 'prenom eleve', 'date naissance'].every((name) => header.includes(name));

/** A pupil of the extraction, and by what the guardians' extraction names it. */
export type OndePupil = {
  readonly pupil: SourcePupil;
  readonly familyName: string;
  readonly classText: string;
};

export function pupilsFrom(
  table: OndeTable,
  remarks: RowRemarks,
  { uai = '', datedOn, namesakes }: ReadOptions,
): OndePupil[] {
  for (const name of table.header)
    if (name !== '' && !known.has(name)) remarks.add('ATTRIBUTE_UNKNOWN', 1, name.slice(0, 60));
  const groupColumns = table.header.flatMap((name, at) => (groups.includes(name) ? [at] : []));
  const pupils: OndePupil[] = [];
  for (const { line, cells, notPlain } of soundRows(table, remarks)) {
    const cell = (name: string) => cells[table.header.indexOf(name)] ?? '';
    const remark = (code: string, subject = '') => remarks.add(code, line, subject);
    const familyName = cell('nom eleve');
    const firstName = cell('prenom eleve');
    const birthDate = dayFrom(cell('date naissance'));
    if (familyName === '' || firstName === '') remark('NAME_MISSING');
    else if (!birthDate) remark('BIRTH_DATE_MISSING');
    else if (datedOn !== undefined && birthDate > datedOn) remark('BIRTH_DATE_IMPOSSIBLE');
    else {
      const sourceKey = keyOf('E', familyName, firstName, birthDate);
      const ine = cell('ine').toUpperCase();
      const isSound = isIne(ine) && !notPlain.has(table.header.indexOf('ine'));
      if (ine !== '' && !isSound) remark('INE_MALFORMED', sourceKey);
      const label = cell('libelle classe') || cell('classe');
      // Older extractions have no id of a class.
      const id = cell('identifiant classe') || label;
      pupils.push({
        familyName,
        classText: label,
        pupil: {
          ...({ kind: 'pupil', file: table.file, line, sourceKey, firstName, birthDate } as const),
          lastName: cell("nom d'usage eleve") || familyName,
          ...(isSound ? { ine } : {}),
          structureKey: uai,
          classId: id,
          classLabel: label,
          otherStructureKeys: [],
          classes: id === '' ? [] : [{ structureKey: uai, id, label }],
          ...(groupColumns.length > 0
            ? {
                groups: divisionsOf(
                  uai,
                  groupColumns.map((at) => cells[at] ?? ''),
                ),
              }
            : {}),
          level: levelFrom(cell('niveau'), () => remark('LEVEL_UNKNOWN', sourceKey)),
          guardians: [],
        },
      });
    }
  }
  const byKey = Map.groupBy(pupils, ({ pupil }) => pupil.sourceKey);
  return [...byKey].flatMap(([key, rows]) =>
    rows.length === 1 && !namesakes?.has(key) ? rows : namesakesOf(rows, remarks),
  );
}

/**
 * Pupils of one name and birth date: each row is a pupil, and a person is asked whether they are one (DIR-2). A row with the
 * same INE is the same pupil. None keeps the key of the name alone: when one leaves, the other one would take over that
 * identity.
 */
function namesakesOf(rows: readonly OndePupil[], remarks: RowRemarks): OndePupil[] {
  const ines = new Set<string>();
  const keys = new Set<string>();
  return rows.flatMap((row) => {
    const { sourceKey, ine = '', classId, line } = row.pupil;
    if (ines.has(ine)) {
      remarks.add('DUPLICATE_ENTRY', line, sourceKey);
      return [];
    }
    if (ine !== '') ines.add(ine);
    const apart = ine === '' ? classId : inePartOf(ine);
    let key = namesakeKey(sourceKey, apart);
    for (let number = 2; keys.has(key); number += 1)
      key = namesakeKey(sourceKey, apart, `${number}`);
    keys.add(key);
    if (rows.length > 1) remarks.add('PUPIL_NAMESAKES', line, key);
    return [{ ...row, pupil: { ...row.pupil, sourceKey: key } }];
  });
}

/** Begins with the key of the names, by which a later delivery of one of them is known to be of namesakes. */
const namesakeKey = (key: string, ...apart: readonly string[]) =>
  `${key}.${keyOf('E', ...apart).slice(2, 10)}`;

/** 16 bits of a digest: it distinguishes two numbers and reveals neither. */
const inePartOf = (ine: string) => createHash('sha256').update(ine).digest('hex').slice(0, 4);
