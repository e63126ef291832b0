import { isInseeCode } from '#libs/identifiers';
import type { ReadOptions, SourcePost, SourceStaff } from '../directory-source.js';
import type { RowRemarks } from '../tables/row-remarks.js';
import { dayFrom, divisionsOf, keyOf, plain } from '../tables/row-values.js';
import { bare, type EntCsvTable, soundRows } from './ent-csv-table.js';
import { columns, type Column, columnsOf, isYes, type RowCells } from './ent-csv-columns.js';
import type { AdultProfile } from './ent-csv-profiles.js';
import { schoolsOf } from './ent-csv-schools.js';

const { id, lastName, usageName, firstName, birthDate, classes, uais } = columns;
const { post, isHead, organisation, insee, commune, circonscription } = columns;

const person = [id, usageName, birthDate, uais, post];
/** Beside the names: what a file of this kind must have, and what it may have. */
const shapes: Record<AdultProfile, { needed: readonly Column[]; read: readonly Column[] }> = {
  TEACHER: { needed: [], read: [isHead, classes] },
  PERSONNEL: { needed: [], read: [isHead] },
  GUEST: { needed: [], read: [classes] },
  ATSEM: { needed: [], read: [classes] },
  PARTNER: { needed: [organisation], read: [] },
  COMMUNE_REPRESENTATIVE: { needed: [commune], read: [insee] },
  INSPECTION: { needed: [post, circonscription], read: [] },
};
/** Whole words: a "Directeur de centre de loisirs" heads no school. */
const heads = new Set([
  'dir',
  'direction',
  'directeur',
  'directrice',
  'directeurdecole',
  'directricedecole',
]);

type Remark = (code: string, subject?: string) => void;

/**
 * Adds everybody of a file who is neither pupil nor guardian to those of other files of its kind, by key; gives how many
 * rows said somebody. Throws SourceUnreadable without the columns that its kind needs.
 */
export function addAdults(
  adults: Map<string, SourceStaff>,
  table: EntCsvTable,
  profile: AdultProfile,
  remarks: RowRemarks,
  options: ReadOptions,
): number {
  const { needed, read } = shapeOf(profile, table);
  const cellsOf = columnsOf(table, remarks, [lastName, firstName, ...needed], [...person, ...read]);
  let said = 0;
  for (const row of soundRows(table, remarks)) {
    const cells = cellsOf(row);
    const remark: Remark = (code, subject = '') => remarks.add(code, row.line, subject);
    const family = cells.of(lastName) || cells.of(usageName);
    const given = cells.of(firstName);
    if (family === '' || given === '') {
      remark('NAME_MISSING');
      continue;
    }
    if (!cells.isPlain(id)) {
      remark('KEY_INCONSISTENT');
      continue;
    }
    const held = postOf(profile, cells, remark);
    if (held === 'REFUSED') continue;
    const bornOn = birthDateOf(cells.of(birthDate), options, remark);
    const schools = schoolsOf(cells, isOfTheSchool(profile) ? options : {}, remark);
    if (held?.role === 'COMMUNE_REPRESENTATIVE' && held.insee === '' && schools.length === 0) {
      remark('COMMUNE_CODE_MISSING');
      continue;
    }
    const sourceKey =
      cells.of(id) || keyOf('P', options.uai ?? '', profile, family, given, bornOn ?? '');
    const taught = cells.all(classes);
    const [structureKey] = schools;
    // Of several schools, a class could be of any.
    const isPlaced = structureKey !== undefined && schools.length === 1;
    if (taught.some((label) => label !== '') && !isPlaced)
      remark('CLASS_WITHOUT_SCHOOL', sourceKey);
    const stated: SourceStaff = {
      ...({
        kind: 'staff',
        file: table.file,
        line: row.line,
        sourceKey,
        firstName: given,
      } as const),
      lastName: cells.of(usageName) || family,
      ...(bornOn ? { birthDate: bornOn } : {}),
      isTeacher: profile === 'TEACHER',
      structureKeys: schools,
      headOf: isHeadHere(profile, cells, remark) ? schools : [],
      ...(held ? { post: held } : {}),
      ...(taught.length > 0 && isPlaced ? { classes: divisionsOf(structureKey, taught) } : {}),
    };
    said += 1;
    const before = adults.get(sourceKey);
    const together = before ? joined(before, stated) : stated;
    if (together) adults.set(sourceKey, together);
    else remark('DUPLICATE_ENTRY', sourceKey);
  }
  return said;
}

/** The code of a commune says its name too. */
function shapeOf(profile: AdultProfile, { header }: EntCsvTable) {
  const isByCode = header.some((word) => insee.words.includes(word));
  if (profile !== 'COMMUNE_REPRESENTATIVE' || !isByCode) return shapes[profile];
  return { needed: [insee], read: [commune] };
}

/** One adult on several rows is one person with the places of all (DIR-2). Undefined: somebody else, another post, or nothing more than before. */
function joined(before: SourceStaff, next: SourceStaff): SourceStaff | undefined {
  const isSame =
    identityOf(before) === identityOf(next) &&
    JSON.stringify(before.post) === JSON.stringify(next.post);
  if (!isSame) return undefined;
  const classes = [...(before.classes ?? []), ...(next.classes ?? [])];
  const both: SourceStaff = {
    ...before,
    structureKeys: [...new Set([...before.structureKeys, ...next.structureKeys])],
    headOf: [...new Set([...before.headOf, ...next.headOf])],
    ...(before.classes || next.classes
      ? {
          classes: classes.filter(
            ({ structureKey, id }, at) =>
              at === classes.findIndex((o) => o.structureKey === structureKey && o.id === id),
          ),
        }
      : {}),
  };
  const sizeOf = (each: SourceStaff) =>
    each.structureKeys.length + each.headOf.length + (each.classes?.length ?? 0);
  return sizeOf(both) === sizeOf(before) ? undefined : both;
}

const identityOf = ({ lastName, firstName, birthDate }: SourceStaff): string =>
  [plain(lastName), plain(firstName), birthDate].join('|');

/** Who comes from elsewhere is only in the schools that are stated. */
const isOfTheSchool = (profile: AdultProfile): boolean =>
  profile !== 'INSPECTION' && profile !== 'COMMUNE_REPRESENTATIVE';

function birthDateOf(text: string, { datedOn }: ReadOptions, remark: Remark) {
  const day = dayFrom(text);
  if (text !== '' && !day) remark('DATE_MALFORMED');
  if (day === undefined || datedOn === undefined || day <= datedOn) return day;
  remark('BIRTH_DATE_IMPOSSIBLE');
  return undefined;
}

/** REFUSED: what is missing has its remark. A function that a file of the school states beside is not kept. */
function postOf(
  profile: AdultProfile,
  cells: RowCells,
  remark: Remark,
): SourcePost | undefined | 'REFUSED' {
  const refuse = (code: string) => {
    remark(code);
    return 'REFUSED' as const;
  };
  switch (profile) {
    case 'TEACHER':
      return undefined;
    case 'PERSONNEL':
      return bare(cells.of(post)) === 'atsem' ? { role: 'ATSEM' } : undefined;
    case 'ATSEM':
    case 'GUEST':
      return { role: profile };
    case 'PARTNER': {
      const name = cells.of(organisation);
      return name === '' ? refuse('ORGANISATION_MISSING') : { role: profile, organisation: name };
    }
    case 'COMMUNE_REPRESENTATIVE': {
      const code = cells.of(insee).toUpperCase();
      if (code !== '' && !isInseeCode(code)) remark('VALUE_MALFORMED', 'codecommune');
      const place = { insee: isInseeCode(code) ? code : '', commune: cells.of(commune) };
      if (place.insee === '' && place.commune === '') return refuse('COMMUNE_MISSING');
      return { role: profile, ...place };
    }
    case 'INSPECTION': {
      const role = roleOf(bare(cells.of(post)));
      if (!role) return refuse('FUNCTION_UNKNOWN');
      const of = cells.of(circonscription);
      return of === '' ? refuse('CIRCONSCRIPTION_MISSING') : { role, circonscription: of };
    }
    default:
      return profile satisfies never;
  }
}

function roleOf(words: string): 'INSPECTOR' | 'ADVISER' | undefined {
  if (/^(inspect|ien$|ins$)/.test(words)) return 'INSPECTOR';
  return /^(conseill|cpc|cpd)/.test(words) ? 'ADVISER' : undefined;
}

function isHeadHere(profile: AdultProfile, cells: RowCells, remark: Remark): boolean {
  if (profile !== 'TEACHER' && profile !== 'PERSONNEL') return false;
  const said = isYes(cells.of(isHead));
  if (said === undefined) remark('VALUE_MALFORMED', 'directeur');
  return said === true || heads.has(bare(cells.of(post)));
}
