import { isUai } from '#libs/identifiers';
import { plain } from '../tables/row-values.js';
import type { LdapEntry } from './ldap-entry.js';
import { LdapReader } from './ldap-reader.js';
import type { LdapAttributes } from './ldap-settings.js';
import { identifiersOf, isService, namesOf } from './ldap-structures.js';

type Fault = 'STRUCTURE_UNKNOWN' | 'STRUCTURE_AMBIGUOUS';
type Service = { readonly name: string; readonly references: readonly string[] };

/** Leads from what a person's entry says of a school or a circonscription (DN, UAI, SIREN or SIRET) to what is known of it. */
export class StructureIndex {
  private readonly schools = new Map<string, Set<string>>();
  private readonly services = new Map<string, Set<Service>>();
  /** UAIs of the schools, by what they call their circonscription. */
  private readonly inspected = new Map<string, Set<string>>();
  private readonly labels = new Map<string, string>();

  constructor(private readonly names: LdapAttributes) {}

  add(entry: LdapEntry): void {
    const { names } = this;
    const reader = new LdapReader('', entry, names.structureUai);
    const { uai, number } = identifiersOf(reader, names);
    const references = [canonicalDn(entry.dn), uai, number, number.slice(0, 9)];
    if (isService(entry)) {
      const [name] = namesOf(reader, names);
      const keys = reader.all(names.structureKey).map((key) => key.split('$').at(-1)!.trim());
      const service = { name, references: [...references, ...keys, plain(name)] };
      for (const reference of references) addTo(this.services, reference, service);
    } else if (isUai(uai)) {
      for (const reference of references) addTo(this.schools, reference, uai);
      for (const reference of reader.all(names.structureCirconscription))
        for (const each of new Set([canonicalDn(reference), plain(reference)]))
          addTo(this.inspected, each, uai);
      for (const value of names.structureDivisions.flatMap((name) => reader.all(name))) {
        const [code = '', label = ''] = value.split('$').map((part) => part.trim());
        if (code !== '' && label !== '') this.labels.set(`${uai}$${code}`, label);
      }
    }
  }

  /** A UAI that no entry states is one all the same. Several schools bear the SIREN of their commune. */
  find(reference: string): string | Fault {
    const number = numberIn(reference);
    return isUai(number) ? number : this.only(this.schools, reference);
  }

  /**
   * The circonscription that somebody inspects or advises: its name, and its schools as far as they name it. Unknown
   * where the reference is of no service that is known, nor of the circonscription of any school.
   */
  circonscription(reference: string): { name: string; schools: readonly string[] } | Fault {
    const found = this.only(this.services, reference);
    const service = typeof found === 'string' ? undefined : found;
    const references = service?.references ?? [canonicalDn(reference), plain(reference)];
    const schools = new Set(references.flatMap((each) => [...(this.inspected.get(each) ?? [])]));
    if (!service && schools.size === 0)
      return typeof found === 'string' ? found : 'STRUCTURE_UNKNOWN';
    return { name: service?.name || reference.trim(), schools: [...schools].sort() };
  }

  isOfService(reference: string): boolean {
    return typeof this.only(this.services, reference) !== 'string';
  }

  /** As the school calls it, else its code. */
  labelOf(uai: string, code: string): string {
    return this.labels.get(`${uai}$${code}`) ?? code;
  }

  private only<T>(index: ReadonlyMap<string, ReadonlySet<T>>, reference: string): T | Fault {
    const found = index.get(numberIn(reference)) ?? index.get(canonicalDn(reference));
    if (found) return found.size === 1 ? [...found][0]! : 'STRUCTURE_AMBIGUOUS';
    // The tree may have been moved: what names the entry within its branch still tells.
    const named = /^[^=,+]+=([^,+]+),/.exec(reference.trim())?.[1];
    return named === undefined ? 'STRUCTURE_UNKNOWN' : this.only(index, named);
  }
}

function addTo<T>(index: Map<string, Set<T>>, reference: string, what: T): void {
  if (reference !== '') index.set(reference, (index.get(reference) ?? new Set<T>()).add(what));
}

const numberIn = (reference: string): string => reference.replace(/\s/g, '').toUpperCase();

function canonicalDn(dn: string): string {
  return dn
    .trim()
    .toLowerCase()
    .replace(/\s*([,=+])\s*/g, '$1');
}
