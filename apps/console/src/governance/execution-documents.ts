import { Injectable } from '@nestjs/common';
import type { Dispatch } from '#libs/contracts';
import { NotVisible, requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import { OwnMembership } from '../members/members.module.js';
import type { Visitor } from '../visitor.js';
import { toDocument } from './committees.mapping.js';
import type { MarketPageQuery, PageQuery, SendBody } from './governance.dto.js';

/** Documents sent and acknowledged: membership keeps them (GOV-4), the console carries. */
@Injectable()
export class ExecutionDocuments {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async send(visitor: Visitor, { market, ...body }: SendBody, idempotencyKey: string) {
    const asked = { idempotencyKey, marketCode: market, ...body };
    const { sent, passedOver } = await this.of(visitor).sendDocument(asked);
    return { sent, passedOver };
  }

  async unacknowledged(visitor: Visitor, { market, ...page }: MarketPageQuery) {
    requireMarket(visitor, market);
    const answer = await this.of(visitor).listUnacknowledged({ marketCode: market, page });
    return pageOf(answer);
  }

  async list(visitor: Visitor, membershipId: string, page: PageQuery) {
    await this.own.require(visitor, membershipId);
    return pageOf(await this.of(visitor).listDispatches({ membershipId, page }));
  }

  async acknowledge(visitor: Visitor, membershipId: string, dispatchId: string) {
    await this.own.require(visitor, membershipId);
    const asked = { membershipId, dispatchId };
    const { dispatch } = await this.of(visitor).acknowledgeDispatch(asked);
    if (!dispatch) throw new NotVisible();
    return toDispatch(dispatch);
  }

  private of(visitor: Visitor) {
    return this.clients.of(visitor).executionDocuments;
  }
}

const pageOf = (answer: { dispatches: Dispatch[]; page?: { nextCursor: string } }) => ({
  dispatches: answer.dispatches.map(toDispatch),
  nextCursor: answer.page?.nextCursor ?? '',
});

const toDispatch = (dispatch: Dispatch) => ({
  dispatchId: dispatch.dispatchId,
  membershipId: dispatch.membershipId,
  organisationName: dispatch.organisationName,
  documentId: dispatch.documentId,
  document: toDocument(dispatch.document),
  sentOn: dispatch.sentOn,
  acknowledgedOn: dispatch.acknowledgedOn,
  acknowledgedBy: dispatch.acknowledgedBy,
});
