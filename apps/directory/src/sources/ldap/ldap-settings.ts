import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const attribute = z.string().regex(/^[a-zA-Z][a-zA-Z0-9;.-]{0,127}$/);

/** Which attribute says what: academies differ. The defaults are the SDET's names. */
const attributes = z.object({
  /** `source$key` or a bare key: the one that the AAF bears too. */
  key: attribute.default('ENTPersonJointure'),
  /** What ACADEMIC_SSO knows the person by (AUT-1). */
  academicIdentifier: attribute.default('uid'),
  lastName: attribute.default('sn'),
  firstName: attribute.default('givenName'),
  birthDate: attribute.default('ENTPersonDateNaissance'),
  /** Schools, each as a DN, a UAI, a SIREN or a SIRET. */
  structures: z.array(attribute).min(1).max(5).default(['ENTPersonStructRattach']),
  functions: attribute.default('ENTPersonFonctions'),
  profiles: attribute.default('ENTPersonProfils'),
  /** What is taught, each as `school$class` or `school$class$subject`. */
  classes: z
    .array(attribute)
    .max(5)
    .default(['ENTAuxEnsClasses', 'ENTAuxEnsClassesMatieres', 'ENTAuxEnsClassesPrincipal']),
  groups: z.array(attribute).max(5).default(['ENTAuxEnsGroupes', 'ENTAuxEnsGroupesMatieres']),
  structureUai: attribute.default('ENTStructureUAI'),
  structureSiren: attribute.default('ENTStructureSIREN'),
  structureName: attribute.default('ENTStructureNomCourant'),
  structureKey: attribute.default('ENTStructureJointure'),
  /** Of a school: its circonscription, as a DN, a UAI, a number, a key or a name. */
  structureCirconscription: attribute.default('ENTEcoleCirconscription'),
  /** `code$label…` of the classes and groups of a school. */
  structureDivisions: z
    .array(attribute)
    .max(5)
    .default(['ENTStructureClasses', 'ENTStructureGroupes']),
});

/** How one academy's directory is reached and read. There is no way to write "without TLS". */
export const ldapSettingsSchema = z.strictObject({
  /** `ldaps://…` is TLS from the first byte; `ldap://…` is StartTLS, and nothing is said before it. */
  url: z.string().regex(/^ldaps?:\/\/([a-zA-Z0-9.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?$/),
  /** PEM of the authority that signed the server's certificate; without it those that the system knows. */
  caFile: z.string().min(1).optional(),
  bindDn: z.string().min(1),
  /** The password stands in a file of its own. */
  passwordFile: z.string().min(1),
  peopleDn: z.string().min(1),
  peopleFilter: z
    .string()
    .min(3)
    .default(
      '(|(objectClass=ENTAuxEnseignant)(objectClass=ENTAuxNonEnsEtab)(objectClass=ENTAuxNonEnsServAc))',
    ),
  structuresDn: z.string().min(1),
  /** Schools, and the services among which the circonscriptions are. */
  structuresFilter: z
    .string()
    .min(3)
    .default('(|(objectClass=ENTEtablissement)(objectClass=ENTServAc))'),
  scope: z.enum(['one', 'sub']).default('one'),
  pageSize: z.number().int().min(10).max(1_000).default(400),
  /** What one page may weigh; a server that sends more is not believed. */
  pageBytesMax: z.number().int().min(65_536).max(268_435_456).default(67_108_864),
  structuresMax: z.number().int().min(1).max(50_000).default(20_000),
  peopleMax: z.number().int().min(1).max(500_000).default(200_000),
  connectTimeoutMs: z.number().int().min(100).max(60_000).default(10_000),
  /** For each page. */
  answerTimeoutMs: z.number().int().min(100).max(300_000).default(60_000),
  /** Changes are read again from so long before the last one seen: servers commit and replicate late. */
  overlapSeconds: z.number().int().min(1).max(86_400).default(900),
  attributes: attributes.prefault({}),
});

export type LdapSettings = z.infer<typeof ldapSettingsSchema>;
export type LdapAttributes = LdapSettings['attributes'];

/** The settings as a JSON file; throws with every wrong name at once. */
export async function readLdapSettings(file: string): Promise<LdapSettings> {
  return ldapSettingsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}
