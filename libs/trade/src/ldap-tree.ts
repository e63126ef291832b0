/** The root of the tree that members read (SDET); a name, not an address, so it is the same wherever the service runs. */
export const ldapSuffix = 'dc=ent-groupement,dc=fr';

/** The name by which a member's service account binds: one account for each membership. */
export const ldapAccountDn = (membershipId: string): string =>
  `uid=${membershipId},ou=applications,${ldapSuffix}`;
