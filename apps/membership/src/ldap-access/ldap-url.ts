/** Where members' clients reach the LDAP process. */
export class LdapUrl {
  constructor(readonly value: string) {}
}
