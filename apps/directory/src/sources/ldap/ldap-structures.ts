import { isSiren, isSiret, isUai, sirenOf } from '#libs/identifiers';
import { communeOfSiren } from '../commune-of-siren.js';
import type { SourceRecord, SourceStructure } from '../directory-source.js';
import type { LdapEntry } from './ldap-entry.js';
import { LdapReader } from './ldap-reader.js';
import type { LdapAttributes } from './ldap-settings.js';

/** A school as the directory states it; it is keyed by its UAI. Without one it is remarked and left out. */
export function structureFromLdap(
  file: string,
  entry: LdapEntry,
  names: LdapAttributes,
): { record: SourceStructure | undefined; remarks: SourceRecord[] } {
  const reader = new LdapReader(file, entry, names.structureUai);
  const { uai, number } = identifiersOf(reader, names);
  const siren = isSiret(number) ? sirenOf(number) : isSiren(number) ? number : undefined;
  const [name, commune] = namesOf(reader, names);
  if (number !== '' && siren === undefined) reader.remark('SIREN_MALFORMED');
  if (!isUai(uai)) {
    reader.remark('UAI_INVALID');
    return { record: undefined, remarks: reader.remarks };
  }
  const record: SourceStructure = {
    kind: 'structure',
    sourceKey: uai,
    file,
    line: entry.rank,
    uai,
    name,
    insee: (siren && communeOfSiren(siren)) ?? '',
    commune,
    postalCode: '',
    siren: siren ?? '',
    contract: 'UNKNOWN',
    isPublic: false,
  };
  return { record, remarks: reader.remarks };
}

/** A service of the academy is no school; the circonscriptions are among them. */
export const isService = ({ values }: LdapEntry): boolean =>
  (values.get('objectclass') ?? []).some((name) => name.toLowerCase() === 'entservac');

export function identifiersOf(reader: LdapReader, names: LdapAttributes) {
  return {
    uai: reader.oneIdentifier(names.structureUai).toUpperCase(),
    number: reader.one(names.structureSiren).replace(/\s/g, ''),
  };
}

/** `TYPE$name$COMMUNE`, or the name alone. */
export function namesOf(
  reader: LdapReader,
  names: LdapAttributes,
): [name: string, commune: string] {
  const parts = reader.one(names.structureName).split('$');
  if (parts.length !== 3) return [parts.join('-').trim(), ''];
  return [parts[1]!.trim(), parts[2]!.trim()];
}
