import { Injectable } from '@nestjs/common';
import { requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import type { AmendmentBody, DateBody, MarketBody, PageQuery } from './markets.dto.js';
import { toAmendment, toChanges, toMarket, toSummary, toVersion } from './markets.mapping.js';

/**
 * Markets as data: membership judges them (MKT-1, MKT-3, MKT-6), the console carries. That a market is the
 * visitor's is asked here too: a mistake of membership shows nobody a market of others (SUP-1).
 */
@Injectable()
export class GroupMarkets {
  constructor(private readonly clients: Clients) {}

  async list(visitor: Visitor, page: PageQuery) {
    const answer = await this.clients.of(visitor).markets.listMarkets({ page });
    return { markets: answer.markets.map(toSummary), nextCursor: answer.page?.nextCursor ?? '' };
  }

  async schema(visitor: Visitor) {
    const { jsonSchema } = await this.clients.of(visitor).markets.getMarketSchema({});
    return JSON.parse(jsonSchema || '{}') as Record<string, unknown>;
  }

  async show(visitor: Visitor, code: string, version: number) {
    requireMarket(visitor, code);
    return toMarket(await this.clients.of(visitor).markets.showMarket({ code, version }));
  }

  async versions(visitor: Visitor, code: string, page: PageQuery) {
    requireMarket(visitor, code);
    const answer = await this.clients.of(visitor).markets.listMarketVersions({ code, page });
    return { versions: answer.versions.map(toVersion), nextCursor: answer.page?.nextCursor ?? '' };
  }

  async due(visitor: Visitor, marketCode: string, horizonDays: number) {
    requireMarket(visitor, marketCode);
    const { today, due } = await this.clients
      .of(visitor)
      .markets.whatIsDue({ marketCode, horizonDays });
    return {
      today,
      due: due.map(({ kind, on, certainty, daysLeft, detail }) => ({
        kind,
        on,
        certainty,
        daysLeft,
        detail,
      })),
    };
  }

  async amendments(visitor: Visitor, marketCode: string, page: PageQuery) {
    requireMarket(visitor, marketCode);
    const answer = await this.clients.of(visitor).markets.listAmendments({ marketCode, page });
    return {
      amendments: answer.amendments.map(toAmendment),
      nextCursor: answer.page?.nextCursor ?? '',
    };
  }

  /** A dry run says mistakes and refusals as its answer; a real run refuses. The same file again changes nothing. */
  async load(visitor: Visitor, body: MarketBody) {
    const answer = await this.clients.of(visitor).markets.importMarket(body);
    return {
      marketCode: answer.marketCode,
      mistakes: answer.mistakes,
      changes: toChanges(answer.changes),
      written: answer.written,
      version: answer.version,
      refusalCode: answer.refusalCode,
      refusal: answer.refusal,
    };
  }

  async fixDate(visitor: Visitor, marketCode: string, body: DateBody, idempotencyKey: string) {
    requireMarket(visitor, marketCode);
    const { markets } = this.clients.of(visitor);
    await markets.fixDate({ idempotencyKey, marketCode, ...body });
    return toMarket(await markets.showMarket({ code: marketCode }));
  }

  async amend(visitor: Visitor, marketCode: string, body: AmendmentBody, idempotencyKey: string) {
    requireMarket(visitor, marketCode);
    const { amendment } = await this.clients
      .of(visitor)
      .markets.amendMarket({ idempotencyKey, marketCode, ...body });
    return { amendment: amendment ? toAmendment(amendment) : null };
  }
}
