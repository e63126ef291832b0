import { Injectable } from '@nestjs/common';
import type { ListLdapAccessesRequest } from '#libs/contracts';
import { type AskedPage, type Caller, NotVisible, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { MembershipViews } from '../adhesion/memberships/register.module.js';
import { LdapAccesses, type LdapAccessView, requireLdapVisible } from './ldap-accesses.pg.js';

/** To whom the staff of its schools is open over LDAP, and on what decision. */
@Injectable()
export class ViewLdapAccesses {
  constructor(
    private readonly memberships: MembershipViews,
    private readonly accesses: LdapAccesses,
    private readonly businessDate: BusinessDate,
  ) {}

  /** The latest of a membership; undefined where none was ever opened. Throws NotVisible. */
  async of(input: { membershipId: string; caller: Caller }): Promise<LdapAccessView | undefined> {
    const { membershipId, caller } = input;
    requireLdapVisible(caller, await this.memberships.ownerOf(membershipId));
    return this.accesses.latest(membershipId, await this.businessDate.today());
  }

  /** Throws NotVisible where there is none; whose it is, whoever changes it judges. */
  async membershipOf(accessId: string): Promise<string> {
    const membershipId = await this.accesses.membershipOf(accessId);
    if (membershipId === undefined) throw new NotVisible();
    return membershipId;
  }

  /** One row more than `limit` where there is one. Throws NotVisible. */
  async list(input: AskedPage<ListLdapAccessesRequest>): Promise<LdapAccessView[]> {
    requireMarket(input.caller, input.marketCode);
    const today = await this.businessDate.today();
    return this.accesses.list(input.marketCode, today, input.after, input.limit + 1);
  }
}
