import type { SourceRecord, SourceStaff } from '../directory-source.js';
import type { LdapEntry } from './ldap-entry.js';
import { incident } from './ldap-incident.js';
import { LdapReader } from './ldap-reader.js';
import type { LdapAttributes } from './ldap-settings.js';
import type { StructureIndex } from './ldap-structures.js';

type Read = {
  readonly key: string;
  readonly record?: SourceStaff;
  readonly remarks: SourceRecord[];
};

const TEACHING = new Set(['ENS', 'DOC']);
const TEACHERS = /^National_(3|ENS|DOC)$/i;

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
  const stated = [
    ...names.structures.flatMap((name) => reader.all(name)),
    ...functions.map(({ structure }) => structure),
  ];
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
      functions.some(({ code }) => TEACHING.has(code)) ||
      reader.all(names.profiles).some((profile) => TEACHERS.test(profile)) ||
      reader.all('objectClass').some((name) => name.toLowerCase() === 'entauxenseignant'),
    structureKeys: [...new Set([...schools(stated), ...headOf])],
    headOf,
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
    .map(([structure, code]) => ({ structure: structure!, code: code!.toUpperCase() }));
}
