import { Injectable } from '@nestjs/common';
import { AuditEntrySchema, type AuditEntry } from '#libs/contracts';
import { requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import { tell } from '../tell.js';
import { OwnMembership } from '../members/members.module.js';
import { Names } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import type { AuditQuery, OwnAuditQuery } from './audit.dto.js';

/** Who did what, on which day and on what document: the journal is membership's; who its people are, the console knows. */
@Injectable()
export class AuditEntries {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
    private readonly names: Names,
  ) {}

  async ofMarket(visitor: Visitor, { market: marketCode, subject, action, ...page }: AuditQuery) {
    requireMarket(visitor, marketCode);
    return this.list(visitor, { marketCode, subject, action, ...page });
  }

  async ofMember(
    visitor: Visitor,
    membershipId: string,
    { subject, action, ...page }: OwnAuditQuery,
  ) {
    await this.own.require(visitor, membershipId);
    return this.list(visitor, { membershipId, subject, action, ...page });
  }

  private async list(
    visitor: Visitor,
    asked: {
      readonly marketCode?: string;
      readonly membershipId?: string;
      readonly subject: string;
      readonly action: string;
      readonly limit: number;
      readonly cursor: string;
    },
  ) {
    const answer = await this.clients.of(visitor).audit.listAuditEntries(asked);
    const nameOf = await this.names.ofAgents(
      answer.entries.flatMap(({ actor, onBehalfOf, carrier }) => [actor, onBehalfOf, carrier]),
    );
    const schools = await this.names.ofSchools(answer.entries.flatMap(uaisOf));
    return {
      entries: answer.entries.map((entry) => ({
        ...toEntry(entry, nameOf),
        schoolNames: uaisOf(entry).map((uai) => schools.get(uai) ?? uai),
      })),
      nextCursor: answer.nextCursor,
    };
  }
}

/** Schools that an entry is about besides its subject: to finance one is a matter of the membership. */
function uaisOf({ details }: AuditEntry): string[] {
  const { uai, uais } = JSON.parse(details || '{}') as { uai?: unknown; uais?: unknown };
  return [uai, ...(Array.isArray(uais) ? uais : [])].filter((one) => typeof one === 'string');
}

const toEntry = (entry: AuditEntry, nameOf: (userId: string) => string) => ({
  ...tell(AuditEntrySchema, entry),
  actorName: nameOf(entry.actor),
  carrierName: nameOf(entry.carrier),
  onBehalfOfName: entry.onBehalfOfName || nameOf(entry.onBehalfOf),
});
