/** Attributes of the tree, as they are written. */
const known = [
  ...['objectClass', 'dc', 'ou', 'uid', 'cn', 'sn', 'givenName', 'displayName', 'entryUUID'],
  ...['namingContexts', 'supportedControl', 'supportedLDAPVersion'],
  ...['ENTPersonJointure', 'ENTPersonStructRattach', 'ENTPersonFonctions', 'ENTPersonProfils'],
  ...['ENTStructureJointure', 'ENTStructureUAI', 'ENTStructureNomCourant', 'l', 'postalCode'],
] as const;
export type AttributeName = (typeof known)[number];
const byLowerCase = new Map<string, AttributeName>(known.map((name) => [name.toLowerCase(), name]));

/** As it is written here; undefined: no attribute of the tree. Options (`cn;lang-fr`) are not told apart. */
export const attributeNamed = (name: string): AttributeName | undefined =>
  byLowerCase.get(name.split(';', 1)[0]!.toLowerCase());
