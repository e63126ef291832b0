import { ldapSuffix } from '#libs/trade';
import type { AttributeName } from './attribute-name.js';

export type Attribute = { readonly name: AttributeName; readonly values: readonly string[] };
/** An entry of the tree. */
export type Entry = { readonly dn: string; readonly attributes: readonly Attribute[] };

/** Who works in schools of the member, with its places in them alone. */
export type StaffMember = {
  readonly personId: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly places: readonly {
    readonly uai: string;
    readonly isTeacher: boolean;
    readonly isHead: boolean;
  }[];
};
export type NamedSchool = {
  readonly uai: string;
  readonly name: string;
  readonly commune: string;
  readonly postalCode: string;
};

export const peopleDn = `ou=people,${ldapSuffix}`;
export const structuresDn = `ou=structures,${ldapSuffix}`;
export const personDn = (personId: string): string => `uid=${personId},${peopleDn}`;
export const schoolDn = (uai: string): string => `ENTStructureUAI=${uai},${structuresDn}`;

/** Our own identifiers, under a source of our own: the academy's keys go to the ENT and to nobody else. */
const jointure = (key: string) => `GROUPEMENT$${key}`;

/** What the server is (RFC 4512, 5.1): told to who is bound. */
export const rootEntry: Entry = {
  dn: '',
  attributes: [
    { name: 'objectClass', values: ['top'] },
    { name: 'namingContexts', values: [ldapSuffix] },
    { name: 'supportedControl', values: ['1.2.840.113556.1.4.319'] },
    { name: 'supportedLDAPVersion', values: ['3'] },
  ],
};

export const suffixEntry: Entry = {
  dn: ldapSuffix,
  attributes: [
    { name: 'objectClass', values: ['top', 'domain'] },
    { name: 'dc', values: [/^dc=([^,]+)/.exec(ldapSuffix)![1]!] },
  ],
};

export const branchEntry = (dn: typeof peopleDn | typeof structuresDn): Entry => ({
  dn,
  attributes: [
    { name: 'objectClass', values: ['top', 'organizationalUnit'] },
    { name: 'ou', values: [/^ou=([^,]+)/.exec(dn)![1]!] },
  ],
});

/** A school in SDET's words. ENTStructureSIREN, which the schema demands, is not known here and not invented. */
export const schoolEntry = ({ uai, name, commune, postalCode }: NamedSchool): Entry =>
  withValues(schoolDn(uai), {
    objectClass: ['top', 'organizationalUnit', 'ENTStructure', 'ENTEtablissement'],
    ou: [uai],
    ENTStructureUAI: [uai],
    ENTStructureJointure: [jointure(uai)],
    ENTStructureNomCourant: [name],
    l: [commune],
    postalCode: [postalCode],
  });

/**
 * A person in SDET's words: name, schools, what it does there. No birth date, no address, no login; ENTPersonLogin, which
 * the schema demands, is the ENT's. ENTPersonStructRattach has one value, so it is where it heads or comes first;
 * ENTPersonFonctions says them all.
 */
export function staffEntry({ personId, lastName, firstName, places }: StaffMember): Entry {
  const isTeacher = places.some((place) => place.isTeacher);
  const isHead = places.some((place) => place.isHead);
  const main = places.find((place) => place.isHead) ?? places[0];
  const fullName = `${firstName} ${lastName}`;
  return withValues(personDn(personId), {
    objectClass: [
      ...['top', 'person', 'organizationalPerson', 'inetOrgPerson', 'ENTPerson'],
      isTeacher ? 'ENTAuxEnseignant' : 'ENTAuxNonEnsEtab',
    ],
    uid: [personId],
    entryUUID: [personId],
    cn: [fullName],
    sn: [lastName],
    givenName: [firstName],
    displayName: [fullName],
    ENTPersonJointure: [jointure(personId)],
    ENTPersonProfils: [isHead ? 'National_DIR' : isTeacher ? 'National_ENS' : 'National_ETA'],
    ENTPersonStructRattach: main ? [schoolDn(main.uai)] : [],
    ENTPersonFonctions: places.map((place) => `${place.uai}$${functionOf(place)}$-$-`),
  });
}

const functionOf = ({ isTeacher, isHead }: StaffMember['places'][number]): string =>
  isHead ? 'DIR$DIRECTION' : isTeacher ? 'ENS$ENSEIGNEMENT' : '-$-';

/** LDAP has no empty value: an attribute without one is not there. */
function withValues(dn: string, values: Partial<Record<AttributeName, string[]>>): Entry {
  const attributes = Object.entries(values).map(([name, all]) => ({
    name: name as AttributeName,
    values: all.filter((value) => value !== ''),
  }));
  return { dn, attributes: attributes.filter((one) => one.values.length > 0) };
}
