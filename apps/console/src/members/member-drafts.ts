import { Injectable } from '@nestjs/common';
import type { OrderDraft } from '#libs/contracts';
import { NotVisible } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import type { DraftBody, DraftsQuery, SignedDraftBody } from './drafts.dto.js';
import { toDraft, toOrder } from './members.mapping.js';
import { OwnMembership } from './own-membership.js';

type Named = {
  readonly membershipId: string;
  readonly draftId: string;
  readonly expectedVersion: number;
};

/** Drafts of one member: membership decides, the console carries (ORD-1). */
@Injectable()
export class MemberDrafts {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async prepare(
    visitor: Visitor,
    membershipId: string,
    { lines, note }: DraftBody,
    idempotencyKey: string,
  ) {
    await this.own.require(visitor, membershipId);
    const asked = { membershipId, lines: lines.map(toLine), note, idempotencyKey };
    return shown(await this.orderLife(visitor).prepareDraft(asked));
  }

  async list(visitor: Visitor, membershipId: string, { status, ...page }: DraftsQuery) {
    await this.own.require(visitor, membershipId);
    const answer = await this.orderLife(visitor).listDrafts({ membershipId, status, page });
    return { drafts: answer.drafts.map(toDraft), nextCursor: answer.page?.nextCursor ?? '' };
  }

  async show(visitor: Visitor, membershipId: string, draftId: string) {
    await this.own.require(visitor, membershipId);
    return shown(await this.orderLife(visitor).getDraft({ membershipId, draftId }));
  }

  async change(visitor: Visitor, named: Named, { lines, note }: DraftBody) {
    await this.own.require(visitor, named.membershipId);
    return shown(
      await this.orderLife(visitor).changeDraft({ ...named, lines: lines.map(toLine), note }),
    );
  }

  async cancel(visitor: Visitor, named: Named) {
    await this.own.require(visitor, named.membershipId);
    return shown(await this.orderLife(visitor).cancelDraft(named));
  }

  /** A refusal comes as a problem with figures (BELOW_COMMITMENT…), and nothing is ordered. */
  async sign(
    visitor: Visitor,
    named: Named,
    { confirmedSeatsLost }: SignedDraftBody,
    idempotencyKey: string,
  ) {
    await this.own.require(visitor, named.membershipId);
    const answer = await this.orderLife(visitor).signDraft({
      ...named,
      confirmedSeatsLost,
      idempotencyKey,
    });
    return { order: answer.order && toOrder(answer.order), warnings: answer.warnings };
  }

  async pdf(visitor: Visitor, membershipId: string, orderId: string) {
    await this.own.require(visitor, membershipId);
    return this.orderLife(visitor).getOrderPdf({ membershipId, orderId });
  }

  private orderLife(visitor: Visitor) {
    return this.clients.of(visitor).orderLife;
  }
}

function shown({ draft }: { draft?: OrderDraft }) {
  if (!draft) throw new NotVisible();
  return toDraft(draft);
}

const toLine = ({ itemCode, effectiveFrom, delta }: DraftBody['lines'][number]) => ({
  itemCode,
  effectiveFrom,
  delta,
});
