import { inseeCodeOfSiren, isSiren, isSiret, isUai, sirenOf } from '#libs/identifiers';
import type { SourceRecord, SourceStructure } from '../directory-source.js';
import type { LdapEntry } from './ldap-entry.js';
import { LdapReader } from './ldap-reader.js';
import type { LdapAttributes } from './ldap-settings.js';

/** A school as the directory states it; it is keyed by its UAI. Without one it is remarked and left out. */
export function structureFromLdap(
  file: string,
  entry: LdapEntry,
  names: LdapAttributes,
): { record: SourceStructure | undefined; siren: string; remarks: SourceRecord[] } {
  const reader = new LdapReader(file, entry, names.structureUai);
  const uai = reader.oneIdentifier(names.structureUai).toUpperCase();
  const number = reader.one(names.structureSiren).replace(/\s/g, '');
  const siren = isSiret(number) ? sirenOf(number) : isSiren(number) ? number : undefined;
  const name = reader.one(names.structureName).split('$');
  if (number !== '' && siren === undefined) reader.remark('SIREN_MALFORMED');
  if (!isUai(uai)) {
    reader.remark('UAI_INVALID');
    return { record: undefined, siren: number, remarks: reader.remarks };
  }
  const record: SourceStructure = {
    kind: 'structure',
    sourceKey: uai,
    file,
    line: entry.rank,
    uai,
    name: (name.length === 3 ? name[1]! : name.join('-')).trim(),
    insee: (siren && inseeCodeOfSiren(siren)) ?? '',
    commune: name.length === 3 ? name[2]!.trim() : '',
    postalCode: '',
    siren: siren ?? '',
    contract: 'UNKNOWN',
    isPublic: false,
  };
  return { record, siren: number, remarks: reader.remarks };
}

/** Leads from what a person's entry says of a school (DN, UAI, SIREN or SIRET) to its UAI. */
export class StructureIndex {
  private readonly byReference = new Map<string, Set<string>>();

  add(dn: string, uai: string, siren: string): void {
    for (const reference of [canonicalDn(dn), uai, siren, siren.slice(0, 9)]) {
      if (reference === '') continue;
      const uais = this.byReference.get(reference) ?? new Set();
      this.byReference.set(reference, uais.add(uai));
    }
  }

  /** A UAI that no entry states is one all the same. Several schools bear the SIREN of their commune. */
  find(reference: string): string | 'STRUCTURE_UNKNOWN' | 'STRUCTURE_AMBIGUOUS' {
    const text = reference.trim();
    const number = text.replace(/\s/g, '').toUpperCase();
    if (isUai(number)) return number;
    const found = this.byReference.get(number) ?? this.byReference.get(canonicalDn(text));
    if (found) return found.size === 1 ? [...found][0]! : 'STRUCTURE_AMBIGUOUS';
    // The tree may have been moved: what names the entry within its branch still tells.
    const named = /^[^=,+]+=([^,+]+),/.exec(text)?.[1];
    return named === undefined ? 'STRUCTURE_UNKNOWN' : this.find(named);
  }
}

function canonicalDn(dn: string): string {
  return dn
    .trim()
    .toLowerCase()
    .replace(/\s*([,=+])\s*/g, '$1');
}
