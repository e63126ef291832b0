import { Injectable } from '@nestjs/common';
import { requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import type {
  DeclineBody,
  ImportQuery,
  InvitationsQuery,
  InviteBody,
  MarketQuery,
  ReminderBody,
} from './adhesion.dto.js';
import { toCampaign, toInvitation } from './adhesion.mapping.js';

/** The campaign of a market, for its coordinator (art. 4.1). */
@Injectable()
export class GroupInvitations {
  constructor(private readonly clients: Clients) {}

  async campaign(visitor: Visitor, { market }: MarketQuery) {
    requireMarket(visitor, market);
    return toCampaign(await this.invitations(visitor).getCampaign({ marketCode: market }));
  }

  async list(visitor: Visitor, { market, state, due, limit, cursor }: InvitationsQuery) {
    requireMarket(visitor, market);
    const { invitations, page } = await this.invitations(visitor).listInvitations({
      marketCode: market,
      state,
      dueOnly: due,
      page: { limit, cursor },
    });
    return { invitations: invitations.map(toInvitation), nextCursor: page?.nextCursor ?? '' };
  }

  async invite(visitor: Visitor, body: InviteBody, idempotencyKey: string) {
    const { market, ...rest } = body;
    requireMarket(visitor, market);
    const { invited, known } = await this.invitations(visitor).inviteOrganisations({
      ...{ ...rest, marketCode: market, idempotencyKey },
    });
    return { invited, known };
  }

  async importList(
    visitor: Visitor,
    { market, ...query }: ImportQuery,
    content: Uint8Array,
    idempotencyKey: string,
  ) {
    requireMarket(visitor, market);
    const { invited, known, faults } = await this.invitations(visitor).importInvitations(
      { ...query, marketCode: market, content, idempotencyKey },
      { deadlineMs: 30_000 },
    );
    return {
      ...{ invited, known },
      faults: faults.map(({ line, code, message }) => ({ line, code, message })),
    };
  }

  async remind(visitor: Visitor, body: ReminderBody, idempotencyKey: string) {
    const { market, invitationIds, ...reminder } = body;
    requireMarket(visitor, market);
    const { reminded } = await this.invitations(visitor).recordReminder({
      ...{ marketCode: market, invitationIds, reminder, idempotencyKey },
    });
    return { reminded };
  }

  async decline(visitor: Visitor, invitationId: string, body: DeclineBody) {
    await this.invitations(visitor).recordDecline({ ...body, invitationId });
    return { declinedOn: body.declinedOn };
  }

  private invitations(visitor: Visitor) {
    return this.clients.of(visitor).invitations;
  }
}
