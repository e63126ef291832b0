import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { civility, french, mailOf } from '../aaf-attributes.js';
import { type GeneratedStaff, structureKey } from '../population.js';
import type { PopulationDays } from '../school-years/population-days.js';
import { sitesAround, type Site } from '../school-years/sites.js';
import type { DayOptions, Written } from './written.js';

const suffix = 'dc=ent,dc=example,dc=org';
const chunkChars = 256 * 1024;
type Attributes = readonly (readonly [name: string, ...values: string[]])[];

/**
 * One LDIF (RFC 2849) with the tree of an ENT as the SDET has it: structures, then people, each after
 * its parent and after the structures that it names, so that it loads in one pass. References are DNs.
 */
export function writeLdif(population: PopulationDays, options: DayOptions): Written {
  const { folder, day, site: within, progress } = options;
  const file = new LdifFile(join(folder, 'directory.ldif'));
  const count = { schools: 0, pupils: 0, guardians: 0, staff: 0 };
  file.entry(suffix, [
    ['objectClass', 'top', 'dcObject', 'organization'],
    ['o', 'ENT'],
    ['dc', 'ent'],
  ]);
  for (const ou of ['structures', 'people']) {
    file.entry(`ou=${ou},${suffix}`, [
      ['objectClass', 'top', 'organizationalUnit'],
      ['ou', ou],
    ]);
  }
  for (const site of within ? [within] : population.sites) {
    file.entry(structureDn(site.school.uai), structureEntry(site));
    count.schools++;
  }
  const sites = within ? sitesAround(within, population.sites) : population.sites;
  for (const [done, site] of sites.entries()) {
    progress?.(done, sites.length);
    for (const family of population.familiesOf(site)) {
      const { pupils, guardians } = population.familyOn(family, day, within);
      const shown = new Set(guardians.map(({ guardian }) => guardian.key));
      for (const { guardian, pupils: own, street, postalCode, city } of guardians) {
        file.entry(personDn(population, guardian.key), [
          ['objectClass', 'top', 'inetOrgPerson', 'ENTPerson', 'ENTAuxPersRelEleve'],
          ...personAttributes(population, guardian),
          ['ENTPersonProfils', 'National_TUT'],
          ['ENTPersonAdresse', street],
          ['ENTPersonCodePostal', postalCode],
          ['ENTPersonVille', city],
          ['ENTAuxPersRelEleveEleve', ...own.map(({ key }) => personDn(population, key))],
        ]);
        count.guardians++;
      }
      for (const pupil of pupils) {
        const structure = structureDn(pupil.uai);
        const parents = pupil.guardians.filter(({ key }) => shown.has(key));
        file.entry(personDn(population, pupil.key), [
          ['objectClass', 'top', 'inetOrgPerson', 'ENTPerson', 'ENTEleve'],
          ...personAttributes(population, pupil),
          ['ENTPersonProfils', 'National_ELV'],
          ['ENTPersonDateNaissance', french(pupil.birthDate)],
          ['ENTPersonStructRattach', structure],
          ['ENTEleveINE', pupil.ine],
          ['ENTEleveNivFormation', pupil.level],
          ['ENTEleveClasses', `${structure}$${pupil.schoolClass.label}`],
          ...(parents.length > 0
            ? [['ENTEleveParents', ...parents.map(({ key }) => personDn(population, key))] as const]
            : []),
        ]);
        count.pupils++;
      }
    }
    for (const holderOn of population.postsOf(site)) {
      const person = holderOn(day);
      if (within && !person.uais.includes(within.school.uai)) continue;
      file.entry(personDn(population, person.key), staffEntry(population, person, within));
      count.staff++;
    }
  }
  file.close();
  return { files: ['directory.ldif'], ...count };
}

/** A public school has no SIREN of its own, so its UAI names it. */
function structureDn(uai: string): string {
  return `ENTStructureUAI=${uai},ou=structures,${suffix}`;
}

const structureEntry = ({ school }: Site): Attributes => [
  ['objectClass', 'top', 'organizationalUnit', 'ENTStructure', 'ENTEtablissement'],
  ['ou', school.name],
  ['ENTStructureJointure', `AC-NANTES$${structureKey(school.uai)}`],
  ['ENTStructureUAI', school.uai],
  ['ENTStructureSIREN', school.siren],
  ['ENTStructureNomCourant', `${school.name} - ${school.city}`],
  ['ENTStructureTypeStruct', 'ECOLE'],
  ['ENTStructureEmail', school.mail],
  ['ENTEtablissementContrat', school.sector === 'PUBLIC' ? 'PU' : 'PR'],
];

function staffEntry(population: PopulationDays, person: GeneratedStaff, within?: Site): Attributes {
  const structures = person.uais
    .filter((uai) => !within || uai === within.school.uai)
    .map(structureDn);
  const isAide = person.role === 'AIDE';
  const profile = { HEAD: 'National_DIR', TEACHER: 'National_ENS', AIDE: 'National_EVS' } as const;
  const duty = {
    HEAD: 'DIR$DIRECTION$-$-',
    TEACHER: 'ENS$ENSEIGNEMENT$G0000$1ER DEGRE',
    AIDE: 'AVS$AIDE HUMAINE$-$-',
  } as const;
  return [
    [
      'objectClass',
      'top',
      'inetOrgPerson',
      'ENTPerson',
      isAide ? 'ENTAuxNonEnsEtab' : 'ENTAuxEnseignant',
    ],
    ...personAttributes(population, person),
    ['ENTPersonProfils', profile[person.role]],
    ['ENTPersonDateNaissance', french(person.birthDate)],
    ['ENTPersonStructRattach', structures[0]!],
    ['ENTPersonFonctions', ...structures.map((dn) => `${dn}$${duty[person.role]}`)],
  ];
}

function personAttributes(
  population: PopulationDays,
  person: { key: string; lastName: string; firstName: string; sex: 'F' | 'M' },
): Attributes {
  const uid = uidOf(population, person.key);
  const name = `${person.firstName} ${person.lastName}`;
  return [
    ['uid', uid],
    ['cn', name],
    ['sn', person.lastName],
    ['givenName', person.firstName],
    ['displayName', name],
    ['personalTitle', civility(person.sex)],
    ['mail', mailOf(person, person.key)],
    ['ENTPersonLogin', uid.toLowerCase()],
    ['ENTPersonJointure', `AC-NANTES$${person.key}`],
  ];
}

const personDn = (population: PopulationDays, key: string): string =>
  `uid=${uidOf(population, key)},ou=people,${suffix}`;

/** Letter, two letters, digit, four digits: the first four say the school, the last four the person in it. */
function uidOf(population: PopulationDays, key: string): string {
  const index = population.indexOfStructure(key.slice(0, 6));
  const [kind, serial] = [key[6], Number(key.slice(7, 11))];
  const person =
    kind === '1' ? serial : kind === '2' ? 3000 + serial * 3 + Number(key[11]) - 1 : 6000 + serial;
  const letter = (n: number) => String.fromCharCode(65 + (n % 26));
  const school =
    letter(Math.floor(index / 260)) + letter(Math.floor(index / 10)) + String(index % 10);
  return `E${school}${String(person).padStart(4, '0')}`;
}

class LdifFile {
  private readonly descriptor: number;
  private chunk = 'version: 1\n';

  constructor(path: string) {
    this.descriptor = openSync(path, 'wx', 0o600);
  }

  entry(dn: string, attributes: Attributes): void {
    this.chunk += `\n${lineOf('dn', dn)}`;
    for (const [name, ...values] of attributes) {
      for (const value of values) this.chunk += lineOf(name, value);
    }
    if (this.chunk.length >= chunkChars) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.descriptor);
  }

  private flush(): void {
    const bytes = Buffer.from(this.chunk, 'utf8');
    for (let offset = 0; offset < bytes.length;) {
      offset += writeSync(this.descriptor, bytes, offset);
    }
    this.chunk = '';
  }
}

const safe = /^[\x21-\x39\x3b\x3d-\x7e][\x20-\x7e]*$/;

/** Base64 for what is no SAFE-STRING, and folded at 76 characters, as RFC 2849 has it. */
function lineOf(name: string, value: string): string {
  const isSafe = safe.test(value) && !value.endsWith(' ');
  const line = isSafe
    ? `${name}: ${value}`
    : `${name}:: ${Buffer.from(value, 'utf8').toString('base64')}`;
  if (line.length <= 76) return `${line}\n`;
  const folded = [line.slice(0, 76)];
  for (let at = 76; at < line.length; at += 75) folded.push(` ${line.slice(at, at + 75)}`);
  return `${folded.join('\n')}\n`;
}
