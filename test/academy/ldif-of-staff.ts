import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalDate } from '#libs/time';
import { writeLdif } from '../support/generator/formats/ldif.js';
import type { PopulationDays } from '../support/generator/school-years/population-days.js';

/** Attributes that the server's part of the schema knows. */
const known =
  /^(objectClass|ou|uid|cn|sn|givenName|displayName|mail|ENTPerson(Login|Jointure|Profils|DateNaissance|StructRattach|Fonctions)|ENTStructure(UAI|SIREN|NomCourant))::?$/;
/** Of the servers that `prepare-slapd.ts` prepares. */
const suffix = 'dc=academie,dc=test';

/** The schools and their staff on a day, as entries of the academy's LDAP. */
export function ldifOfStaff(population: PopulationDays, day: LocalDate): string {
  const folder = mkdtempSync(join(tmpdir(), 'ldif-'));
  try {
    writeLdif(population, { folder, day });
    return staffOf(readFileSync(join(folder, 'directory.ldif'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function staffOf(ldif: string): string {
  const unfolded = ldif.replaceAll('\n ', '');
  return unfolded
    .split('\n\n')
    .map((entry) => entry.split('\n'))
    .filter(
      (lines) =>
        lines[0]!.startsWith('dn: ENTStructureUAI=') ||
        lines.some((line) => /^objectClass: ENTAux(Enseignant|NonEnsEtab)$/.test(line)),
    )
    .map((lines) =>
      lines
        .filter((line) => line.startsWith('dn: ') || known.test(line.split(' ')[0]!))
        .filter((line) => !/^objectClass: (top|ENTStructure|inetOrgPerson)$/.test(line))
        .join('\n')
        .replaceAll('dc=ent,dc=example,dc=org', suffix),
    )
    .join('\n\n');
}
