import { Injectable } from '@nestjs/common';
import { requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import type {
  AdmissionBody,
  ApplicationBody,
  ApplicationsQuery,
  MarketQuery,
  RefusalBody,
} from './adhesion.dto.js';
import { toApplication } from './adhesion.mapping.js';

/** Adhesions in progress, for the coordinator (ADH-1 to ADH-3). */
@Injectable()
export class GroupAdhesions {
  constructor(private readonly clients: Clients) {}

  async list(visitor: Visitor, { market, status, awaiting, limit, cursor }: ApplicationsQuery) {
    requireMarket(visitor, market);
    const { applications, page } = await this.adhesions(visitor).listApplications({
      marketCode: market,
      status,
      awaitingOnly: awaiting,
      page: { limit, cursor },
    });
    return { applications: applications.map(toApplication), nextCursor: page?.nextCursor ?? '' };
  }

  async show(visitor: Visitor, membershipId: string) {
    const { application } = await this.adhesions(visitor).getApplication({ membershipId });
    requireMarket(visitor, application?.marketCode ?? '');
    return toApplication(application);
  }

  async apply(visitor: Visitor, body: ApplicationBody, idempotencyKey: string) {
    const { market, organisation, ...letter } = body;
    requireMarket(visitor, market);
    const { membershipId, organisationId, status, reasons } = await this.clients
      .of(visitor)
      .membership.applyForMembership({
        ...letter,
        idempotencyKey,
        marketCode: market,
        organisation,
      });
    return { membershipId, organisationId, status, reasons };
  }

  async accept(visitor: Visitor, membershipId: string) {
    const { status, reasons } = await this.clients
      .of(visitor)
      .membership.acceptApplication({ membershipId });
    return { status, reasons };
  }

  async admit(visitor: Visitor, membershipId: string, body: AdmissionBody, idempotencyKey: string) {
    const request = { ...body, membershipId, idempotencyKey };
    const { reason } = await this.adhesions(visitor).admitLateApplication(request);
    return { reason };
  }

  async refuse(visitor: Visitor, membershipId: string, body: RefusalBody, idempotencyKey: string) {
    const request = { ...body, membershipId, idempotencyKey };
    const { reasons } = await this.adhesions(visitor).refuseApplication(request);
    return { reasons };
  }

  async sign(visitor: Visitor, membershipId: string, documentId: string, idempotencyKey: string) {
    const { signedOn } = await this.adhesions(visitor).recordSignedConvention({
      ...{ membershipId, documentId, idempotencyKey },
    });
    return { signedOn };
  }

  async unsigned(visitor: Visitor, { market }: MarketQuery) {
    requireMarket(visitor, market);
    const { members, total } = await this.adhesions(visitor).listUnsignedMembers({
      marketCode: market,
    });
    return { members: members.map(({ membershipId, name }) => ({ membershipId, name })), total };
  }

  private adhesions(visitor: Visitor) {
    return this.clients.of(visitor).adhesions;
  }
}
