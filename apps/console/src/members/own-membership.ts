import { Injectable } from '@nestjs/common';
import type { Membership } from '#libs/contracts';
import { NotVisible, requireOrganisation } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import { MembershipOwners } from '../clients/membership-owners.js';
import type { Visitor } from '../visitor.js';

/**
 * SUP-3, a second time: the owners judge what they are asked, and the console compares what comes
 * back with the visitor, so that no mistake of one of them shows a member another's detail.
 */
@Injectable()
export class OwnMembership {
  constructor(
    private readonly clients: Clients,
    private readonly owners: MembershipOwners,
  ) {}

  /** Throws NotVisible for another member's membership, or of another market. */
  require(visitor: Visitor, membershipId: string): Promise<void> {
    return this.owners.require(visitor, membershipId);
  }

  /** The membership as it is now. Throws NotVisible as `require` does. */
  async membership(visitor: Visitor, membershipId: string): Promise<Membership> {
    const { membership } = await this.clients
      .of(visitor)
      .membership.getMembership({ membershipId });
    if (!membership) throw new NotVisible();
    requireOrganisation(
      visitor,
      membership.marketCode,
      membership.organisation?.organisationId ?? '',
    );
    return membership;
  }

  /** Throws NotVisible for another member's invoice, or of another market. */
  async requireInvoice(visitor: Visitor, invoiceId: string): Promise<void> {
    const { summary } = await this.clients.of(visitor).billing.getInvoice({ invoiceId });
    if (!summary) throw new NotVisible();
    requireOrganisation(visitor, summary.marketCode, summary.organisationId);
  }
}
