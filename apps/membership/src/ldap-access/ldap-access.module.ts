import { Module } from '@nestjs/common';
import { RegisterModule } from '../adhesion/memberships/register.module.js';
import { DocumentsModule } from '../documents/documents.module.js';
import { AdmitLdapAccount } from './admit-ldap-account.js';
import { LdapAccesses } from './ldap-accesses.pg.js';
import { LdapAccessRpc } from './ldap-access.rpc.js';
import { OpenLdapAccess } from './open-ldap-access.js';
import { RenewLdapSecret } from './renew-ldap-secret.js';
import { ViewLdapAccesses } from './view-ldap-accesses.js';
import { WithdrawLdapAccess } from './withdraw-ldap-access.js';

export { LdapUrl } from './ldap-access.rpc.js';

/** Which member may read its schools' staff over LDAP, on whose decision. */
@Module({
  imports: [DocumentsModule, RegisterModule],
  controllers: [LdapAccessRpc],
  providers: [
    AdmitLdapAccount,
    LdapAccesses,
    OpenLdapAccess,
    RenewLdapSecret,
    ViewLdapAccesses,
    WithdrawLdapAccess,
  ],
})
export class LdapAccessModule {}
