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
  { uai = '', datedOn }: ReadOptions,
): OndePupil[] {
  for (const name of table.header)
    if (name !== '' && !known.has(name)) remarks.add('ATTRIBUTE_UNKNOWN', 1, name.slice(0, 60));
  const groupColumns = table.header.flatMap((name, at) => (groups.includes(name) ? [at] : []));
  const pupils = new Map<string, OndePupil>();
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
      if (pupils.has(sourceKey)) {
        remark('DUPLICATE_ENTRY', sourceKey);
        continue;
      }
      pupils.set(sourceKey, {
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
  return [...pupils.values()];
}
