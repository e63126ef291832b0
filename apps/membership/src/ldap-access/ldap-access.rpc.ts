import { Controller } from '@nestjs/common';
import {
  type AuthenticateLdapAccountRequest,
  type GetLdapAccessRequest,
  type GetLdapScopeRequest,
  LdapAccessService,
  LdapAccountService,
  type ListLdapAccessesRequest,
  type OpenLdapAccessRequest,
  plain,
  type RenewLdapSecretRequest,
  type RevokeLdapAccessRequest,
  type WithdrawLdapAccessRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { ldapAccountDn } from '#libs/trade';
import { AdmitLdapAccount } from './admit-ldap-account.js';
import type { LdapWithdrawalReason } from './domain/ldap-access.js';
import type { LdapAccessView } from './ldap-accesses.pg.js';
import { OpenLdapAccess, type OpenLdapAccessInput } from './open-ldap-access.js';
import { RenewLdapSecret } from './renew-ldap-secret.js';
import { ViewLdapAccesses } from './view-ldap-accesses.js';
import { WithdrawLdapAccess } from './withdraw-ldap-access.js';

/** Where members' clients reach the LDAP process. */
export class LdapUrl {
  constructor(readonly value: string) {}
}

@Controller()
export class LdapAccessRpc {
  constructor(
    private readonly open: OpenLdapAccess,
    private readonly withdraw: WithdrawLdapAccess,
    private readonly renew: RenewLdapSecret,
    private readonly views: ViewLdapAccesses,
    private readonly admit: AdmitLdapAccount,
    private readonly ldapUrl: LdapUrl,
  ) {}

  @Answers(LdapAccessService.method.openLdapAccess)
  async openLdapAccess(request: OpenLdapAccessRequest, caller: Caller) {
    const { membershipId } = request;
    const decision = plain(request.decision!) as OpenLdapAccessInput['decision'];
    await this.open.execute({ membershipId, decision, caller });
    return { access: await this.access(membershipId, caller) };
  }

  @Answers(LdapAccessService.method.withdrawLdapAccess)
  async withdrawLdapAccess({ membershipId, reason }: WithdrawLdapAccessRequest, caller: Caller) {
    const input = { membershipId, reason: reason as LdapWithdrawalReason, caller };
    await this.withdraw.execute(input);
    return { access: await this.access(membershipId, caller) };
  }

  @Answers(LdapAccessService.method.revokeLdapAccess)
  async revokeLdapAccess({ accessId, reason }: RevokeLdapAccessRequest, caller: Caller) {
    const membershipId = await this.views.membershipOf(accessId);
    const input = { membershipId, accessId, reason: reason as LdapWithdrawalReason, caller };
    await this.withdraw.execute(input);
    return { access: await this.access(membershipId, caller) };
  }

  @Answers(LdapAccessService.method.renewLdapSecret)
  async renewLdapSecret({ membershipId }: RenewLdapSecretRequest, caller: Caller) {
    const { secret } = await this.renew.execute({ membershipId, caller });
    return { access: await this.access(membershipId, caller), secret };
  }

  @Answers(LdapAccessService.method.getLdapAccess)
  async getLdapAccess({ membershipId }: GetLdapAccessRequest, caller: Caller) {
    const access = await this.access(membershipId, caller);
    return access ? { access } : {};
  }

  @Answers(LdapAccessService.method.listLdapAccesses)
  async listLdapAccesses({ marketCode, ...page }: ListLdapAccessesRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.views.list({ marketCode, ...part, caller }),
      (row) => [row.openedOn, row.accessId],
    );
    return { accesses: rows.map((row) => this.told(row)), nextCursor };
  }

  @Answers(LdapAccountService.method.authenticateLdapAccount)
  authenticateLdapAccount(request: AuthenticateLdapAccountRequest) {
    return this.admit.bind(request.membershipId, request.secret);
  }

  @Answers(LdapAccountService.method.getLdapScope)
  async getLdapScope({ membershipId, secretId }: GetLdapScopeRequest) {
    return { uais: [...(await this.admit.scopeOf(membershipId, secretId))] };
  }

  private async access(membershipId: string, caller: Caller) {
    const found = await this.views.of({ membershipId, caller });
    return found && this.told(found);
  }

  private told(access: LdapAccessView) {
    return { ...access, url: this.ldapUrl.value, bindDn: ldapAccountDn(access.membershipId) };
  }
}
