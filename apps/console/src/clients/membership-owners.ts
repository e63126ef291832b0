import { Injectable } from '@nestjs/common';
import { NotVisible, requireOrganisation } from '#libs/identity';
import { Clients } from './clients.module.js';
import type { Visitor } from '../visitor.js';

type Owner = { readonly organisationId: string; readonly marketCode: string };

const knownMax = 10_000;

/**
 * Whose a membership is: asked once and remembered, since it never changes (another member's is another
 * membership, ADH-5). What is remembered are facts, not rights: each visitor is compared anew (SUP-3).
 */
@Injectable()
export class MembershipOwners {
  private readonly known = new Map<string, Owner>();

  constructor(private readonly clients: Clients) {}

  /** Throws NotVisible for another member's membership, or of another market. */
  async require(visitor: Visitor, membershipId: string): Promise<void> {
    const owner = this.known.get(membershipId) ?? (await this.ask(visitor, membershipId));
    requireOrganisation(visitor, owner.marketCode, owner.organisationId);
  }

  private async ask(visitor: Visitor, membershipId: string): Promise<Owner> {
    const { membership } = await this.clients
      .of(visitor)
      .membership.getMembership({ membershipId });
    if (!membership) throw new NotVisible();
    const { organisation, marketCode } = membership;
    const owner = { organisationId: organisation?.organisationId ?? '', marketCode };
    // The oldest goes first: a bound, not a cache policy.
    if (this.known.size >= knownMax) this.known.delete(this.known.keys().next().value!);
    this.known.set(membershipId, owner);
    return owner;
  }
}
