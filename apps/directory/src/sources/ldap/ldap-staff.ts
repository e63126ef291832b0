import type {
  SourceDivision,
  SourceInspection,
  SourceRecord,
  SourceStaff,
} from '../directory-source.js';
import { inspectionRoleOf } from '../inspection-role.js';
import type { LdapEntry } from './ldap-entry.js';
import { incident } from './ldap-incident.js';
import { LdapReader } from './ldap-reader.js';
import type { LdapAttributes } from './ldap-settings.js';
import type { StructureIndex } from './structure-index.js';

type Read = {
  readonly key: string;
  readonly record?: SourceStaff;
  readonly remarks: SourceRecord[];
};

const teaching = new Set(['ENS', 'DOC']);
const teachers = /^National_(3|ENS|DOC)$/i;

/**
 * A member of the academy's staff. The key is there (else it is empty) even where the rest cannot be
 * used: who is in the directory has not left it.
 */
export function staffFromLdap(
  file: string,
  entry: LdapEntry,
  names: LdapAttributes,
  structures: StructureIndex,
): Read {
  const reader = new LdapReader(file, entry, names.key);
  const { remarks } = reader;
  const key = keyFrom(reader, names.key);
  if (key === '') return { key, remarks };
  reader.isAbout(key);
  const lastName = reader.one(names.lastName);
  const firstName = reader.one(names.firstName);
  if (lastName === '' || firstName === '') {
    reader.remark('NAME_MISSING');
    return { key, remarks };
  }
  const academicIdentifier = reader.oneIdentifier(names.academicIdentifier);
  if (academicIdentifier === '') reader.remark('ACADEMIC_IDENTIFIER_MISSING');
  const birthDate = reader.date(names.birthDate);
  const schools = (references: readonly string[]) => found(reader, structures, references);
  const functions = functionsFrom(reader, names.functions);
  const headOf = schools(
    functions.filter(({ code }) => code === 'DIR').map(({ structure }) => structure),
  );
  const inspections = functions.filter(({ role }) => role);
  const inspects = inspectionsFrom(reader, structures, inspections);
  const classes = taughtFrom(reader, structures, names.classes);
  const groups = taughtFrom(reader, structures, names.groups);
  const stated = [
    ...names.structures.flatMap((name) => reader.all(name)),
    ...functions.filter(({ role }) => !role).map(({ structure }) => structure),
  ].filter((reference) => !structures.isOfService(reference));
  const structureKeys = [
    ...new Set([
      ...schools(stated),
      ...headOf,
      ...[...classes, ...groups].map(({ structureKey }) => structureKey),
    ]),
  ];
  // Of the services, those alone who come into schools are needed (SUP-4).
  if (structureKeys.length + inspects.length === 0 && isOf(reader, 'entauxnonensservac')) {
    reader.remark('WITHOUT_STRUCTURE');
    return { key, remarks };
  }
  const record: SourceStaff = {
    kind: 'staff',
    sourceKey: key,
    file,
    line: entry.rank,
    lastName,
    firstName,
    ...(birthDate ? { birthDate } : {}),
    ...(academicIdentifier === '' ? {} : { academicIdentifier }),
    isTeacher:
      functions.some(({ code }) => teaching.has(code)) ||
      reader.all(names.profiles).some((profile) => teachers.test(profile)) ||
      isOf(reader, 'entauxenseignant'),
    structureKeys,
    headOf,
    ...(inspects.length > 0 ? { inspects } : {}),
    ...(classes.length > 0 ? { classes } : {}),
    ...(groups.length > 0 ? { groups } : {}),
  };
  return { key, record, remarks };
}

/** `source$key`, several of them for merged accounts; `ENT$…` was made by hand in the ENT and is not the academy's. */
function keyFrom(reader: LdapReader, name: string): string {
  const keys = new Set<string>();
  for (const value of reader.identifiers(name)) {
    const parts = value.split('$').map((part) => part.trim());
    const [source, key] = parts.length === 1 ? ['', parts[0]!] : parts;
    if (parts.length > 2 || !key) reader.remark('VALUE_MALFORMED');
    else if (source === 'ENT') reader.remark('ACCOUNT_MADE_BY_HAND');
    else keys.add(key);
  }
  // Who is known under it has not left.
  if (keys.size === 0 && reader.isDamaged(name)) throw incident('KEY_UNREADABLE');
  if (keys.size === 0) reader.remark('KEY_MISSING');
  if (keys.size > 1) reader.remark('SEVERAL_VALUES');
  return [...keys].sort()[0] ?? '';
}

function found(
  reader: LdapReader,
  structures: StructureIndex,
  references: readonly string[],
): string[] {
  const uais = references.map((reference) => structures.find(reference));
  for (const answer of uais) if (isCode(answer)) reader.remark(answer);
  return [...new Set(uais.filter((answer) => !isCode(answer)))].sort();
}

const isCode = (answer: string) =>
  answer === 'STRUCTURE_UNKNOWN' || answer === 'STRUCTURE_AMBIGUOUS';

/** `structure$code$label$discipline$label`; `$` is not escaped, so another number of parts is damage. */
function functionsFrom(reader: LdapReader, name: string) {
  const all = reader.all(name).map((value) => value.split('$').map((part) => part.trim()));
  if (all.some((parts) => parts.length !== 5 && parts.join() !== '-'))
    reader.remark('VALUE_MALFORMED');
  return all
    .filter((parts) => parts.length === 5 && parts[0] !== '')
    .map(([structure, code, name]) => ({
      ...{ structure: structure!, code: code!.toUpperCase() },
      role: inspectionRoleOf(code!, name!),
    }));
}

/** Where no school says whose circonscription it is in, the directory is asked by the name; a school may be named itself. */
function inspectionsFrom(
  reader: LdapReader,
  structures: StructureIndex,
  functions: ReturnType<typeof functionsFrom>,
): SourceInspection[] {
  const inspections = new Map<string, SourceInspection>();
  for (const { structure, role } of functions) {
    const named = structures.circonscription(structure);
    if (named === 'STRUCTURE_AMBIGUOUS') reader.remark('STRUCTURE_AMBIGUOUS');
    if (!role || named === 'STRUCTURE_AMBIGUOUS') continue;
    const isOfService = named !== 'STRUCTURE_UNKNOWN';
    const structureKeys = isOfService ? named.schools : found(reader, structures, [structure]);
    if (!isOfService && structureKeys.length === 0) continue;
    const circonscription = isOfService ? named.name : structure;
    inspections.set(`${role} ${circonscription}`, {
      ...{ role, circonscription },
      ...(structureKeys.length > 0 ? { structureKeys } : {}),
    });
  }
  return [...inspections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, inspection]) => inspection);
}

/** `school$class`, or `school$class$subject`: each once. */
function taughtFrom(
  reader: LdapReader,
  structures: StructureIndex,
  names: readonly string[],
): SourceDivision[] {
  const taught = new Map<string, SourceDivision>();
  for (const value of names.flatMap((name) => reader.all(name))) {
    const parts = value.split('$').map((part) => part.trim());
    const [school, id] = parts;
    if (!school || !id || parts.length > 3) {
      reader.remark('VALUE_MALFORMED');
      continue;
    }
    for (const structureKey of found(reader, structures, [school]))
      taught.set(`${structureKey}$${id}`, {
        ...{ structureKey, id },
        label: structures.labelOf(structureKey, id),
      });
  }
  return [...taught].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, division]) => division);
}

const isOf = (reader: LdapReader, objectClass: string): boolean =>
  reader.all('objectClass').some((name) => name.toLowerCase() === objectClass);
