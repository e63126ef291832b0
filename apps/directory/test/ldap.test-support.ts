import type { z } from 'zod';
import type { Slapd } from '../../../test/support/slapd/slapd.js';
import type { SourceRecord } from '../src/sources/directory-source.js';
import { AcademyLdapSource } from '../src/sources/ldap/academy.ldap-source.js';
import { ldapSettingsSchema } from '../src/sources/ldap/ldap-settings.js';

/** The source as an operator would declare it for that server, over LDAPS. */
export function sourceAt(
  { tlsPort, caFile, passwordFile, bindDn }: Slapd,
  other: Partial<z.input<typeof ldapSettingsSchema>> = {},
): AcademyLdapSource {
  return new AcademyLdapSource(
    ldapSettingsSchema.parse({
      url: `ldaps://localhost:${tlsPort}`,
      peopleDn: 'ou=people,dc=academie,dc=test',
      structuresDn: 'ou=structures,dc=academie,dc=test',
      ...{ caFile, passwordFile, bindDn },
      ...other,
    }),
  );
}

/** What a reading gave, and how it ended. */
export async function outcomeOf(source: AcademyLdapSource) {
  const records: SourceRecord[] = [];
  try {
    for await (const reading of source.read(new Date())) records.push(...reading.records);
    return { records, cause: 'COMPLETE' };
  } catch (error) {
    return { records, cause: causeOf(error) };
  }
}

export function causeOf(error: unknown): unknown {
  return (error as { details?: { cause?: unknown } }).details?.cause ?? error;
}
