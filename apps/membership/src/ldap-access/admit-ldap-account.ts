import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { LdapAccountRefused } from './domain/ldap-access.js';
import { LdapAccesses } from './ldap-accesses.pg.js';
import { isSecret } from './ldap-secret.js';

/** What the LDAP process asks: at a bind whether the secret is the account's, at every search what it opens today. */
@Injectable()
export class AdmitLdapAccount {
  constructor(
    private readonly accesses: LdapAccesses,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws LdapAccountRefused, as late for an account that does not exist. */
  async bind(membershipId: string, secret: string): Promise<{ readonly secretId: string }> {
    const kept = await this.accesses.secretOf(membershipId, await this.businessDate.today());
    if (!(await isSecret(secret, kept?.secretHash)) || !kept) throw new LdapAccountRefused();
    return { secretId: kept.secretId };
  }

  /** Throws LdapAccountRefused: closed since, at its end, or with another secret. */
  async scopeOf(membershipId: string, secretId: string): Promise<readonly string[]> {
    const today = await this.businessDate.today();
    const uais = await this.accesses.schoolsBehind(membershipId, secretId, today);
    if (!uais) throw new LdapAccountRefused();
    return uais;
  }
}
