import { Injectable } from '@nestjs/common';
import type { AuditEntry } from '#libs/contracts';
import { requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import { OwnMembership } from '../members/members.module.js';
import type { Visitor } from '../visitor.js';
import type { AuditQuery, OwnAuditQuery } from './audit.dto.js';

/** Who did what, on which day and on what document: the journal is membership's, the console carries it. */
@Injectable()
export class AuditEntries {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async ofMarket(visitor: Visitor, { market: marketCode, subject, action, ...page }: AuditQuery) {
    requireMarket(visitor, marketCode);
    return this.list(visitor, { marketCode, subject, action, page });
  }

  async ofMember(
    visitor: Visitor,
    membershipId: string,
    { subject, action, ...page }: OwnAuditQuery,
  ) {
    await this.own.membership(visitor, membershipId);
    return this.list(visitor, { membershipId, subject, action, page });
  }

  private async list(
    visitor: Visitor,
    asked: {
      readonly marketCode?: string;
      readonly membershipId?: string;
      readonly subject: string;
      readonly action: string;
      readonly page: { readonly limit: number; readonly cursor: string };
    },
  ) {
    const answer = await this.clients.of(visitor).audit.listAuditEntries(asked);
    return { entries: answer.entries.map(toEntry), nextCursor: answer.page?.nextCursor ?? '' };
  }
}

const toEntry = (entry: AuditEntry) => ({
  auditEntryId: entry.auditEntryId.toString(),
  recordedAt: entry.recordedAt,
  businessDate: entry.businessDate,
  actor: entry.actor,
  onBehalfOf: entry.onBehalfOf,
  action: entry.action,
  subject: entry.subject,
  restsOn: entry.restsOn,
  details: entry.details,
});
