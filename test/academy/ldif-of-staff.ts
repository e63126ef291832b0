/** Attributes that the server's part of the schema knows. */
const KNOWN =
  /^(objectClass|ou|uid|cn|sn|givenName|displayName|mail|ENTPerson(Login|Jointure|Profils|DateNaissance|StructRattach|Fonctions)|ENTStructure(UAI|SIREN|NomCourant))::?$/;

/** Of the generator's LDIF the schools and their staff, under the suffix of a server of the tests. */
export function ldifOfStaff(ldif: string, suffix: string): string {
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
        .filter((line) => line.startsWith('dn: ') || KNOWN.test(line.split(' ')[0]!))
        .filter((line) => !/^objectClass: (top|ENTStructure|inetOrgPerson)$/.test(line))
        .join('\n')
        .replaceAll('dc=ent,dc=example,dc=org', suffix),
    )
    .join('\n\n');
}
