import { Injectable } from '@nestjs/common';
import type { Membership } from '#libs/contracts';
import { marketsOf, organisationSeen, seesEveryMember } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import { MemberCopies } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { FindLateFigures } from './find-late-figures.js';
import { toMembership } from './members.mapping.js';

// A market has some 1,100 members at most; the pages of the owner are bounded by 200.
const pagesMax = 20;
const pageRows = 200;

/** The memberships a visitor may see: its own, or for the coordinator and the supplier all of their markets (SUP-3). */
@Injectable()
export class ListMemberships {
  constructor(
    private readonly clients: Clients,
    private readonly copies: MemberCopies,
    private readonly lateFigures: FindLateFigures,
  ) {}

  async own(visitor: Visitor) {
    const memberships = await this.all(visitor);
    return { memberships: memberships.map(toMembership) };
  }

  /** Every member with its figures of today, for the coordinator. */
  async withFigures(visitor: Visitor) {
    const [memberships, waiting] = await Promise.all([this.all(visitor), this.copies.waiting()]);
    const late = await this.lateFigures.of(memberships.map((one) => one.membershipId));
    return {
      members: memberships.map((membership) => {
        const commitment = sum(membership.commitment);
        const ordered = sum(membership.ordered);
        return {
          ...toMembership(membership),
          commitment,
          ordered,
          margin: ordered - commitment,
          waiting: waiting.get(membership.membershipId) ?? 0,
          late: late.get(membership.membershipId) ?? null,
        };
      }),
    };
  }

  /** Every member with what it committed to and ordered: the titulaire delivers and invoices each. */
  async withOrders(visitor: Visitor) {
    const memberships = await this.all(visitor);
    return {
      members: memberships.map((membership) => ({
        ...toMembership(membership),
        commitment: sum(membership.commitment),
        ordered: sum(membership.ordered),
      })),
    };
  }

  private async all(visitor: Visitor): Promise<Membership[]> {
    const found: Membership[] = [];
    for (const marketCode of marketsOf(visitor) ?? []) {
      if (!seesEveryMember(visitor, marketCode) && !visitor.organisationId) continue;
      const organisationId = organisationSeen(visitor, marketCode);
      let cursor = '';
      for (let page = 0; page < pagesMax; page += 1) {
        const answer = await this.clients.of(visitor).membership.listMemberships({
          marketCode,
          organisationId,
          limit: pageRows,
          cursor,
        });
        found.push(...answer.memberships.filter((one) => isVisible(visitor, one)));
        cursor = answer.nextCursor;
        if (cursor === '') break;
      }
    }
    return found.sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'fr'));
  }
}

// The owner has judged already: a mistake of its must not show here (SUP-3).
const isVisible = (visitor: Visitor, { organisation, marketCode }: Membership) =>
  seesEveryMember(visitor, marketCode) || organisation?.organisationId === visitor.organisationId;

const sum = (quantities: readonly { quantity: number }[]) =>
  quantities.reduce((total, { quantity }) => total + quantity, 0);
const nameOf = (membership: Membership) => membership.organisation?.name ?? '';
