import { Controller } from '@nestjs/common';
import {
  type FixDateRequest,
  type ImportMarketRequest,
  type ListAmendmentsRequest,
  type ListMarketsRequest,
  type ListMarketVersionsRequest,
  MarketService,
  type ShowMarketRequest,
  type WhatIsDueRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { refusalFields } from '#libs/problems';
import { Answers } from '#libs/rpc';
import { marketSchema, readMarketFile } from '../contract/markets/markets.module.js';
import { FixDate } from './fix-date.js';
import { ImportMarket } from './import-market.js';
import {
  fromFixDate,
  toAmendmentMessage,
  toShownMessage,
  toSummaryMessage,
} from './market-changes.dto.js';
import { ViewMarkets } from './view-markets.js';

/** After every version and position: the first page. */
const newest = 2_147_483_647;
const aYear = 366;

/** Terms and dates are the group's own, no member's. */
@Controller()
export class MarketChangesRpc {
  constructor(
    private readonly importMarketUseCase: ImportMarket,
    private readonly fixDateUseCase: FixDate,
    private readonly views: ViewMarkets,
  ) {}

  @Answers(MarketService.method.importMarket)
  async importMarket({ content, dryRun }: ImportMarketRequest, caller: Caller) {
    const read = readMarketFile(content);
    const { refusal, ...answer } = await this.importMarketUseCase.execute({ read, dryRun, caller });
    return { ...answer, ...refusalFields(refusal) };
  }

  @Answers(MarketService.method.getMarketSchema)
  getMarketSchema() {
    return { jsonSchema: JSON.stringify(marketSchema()) };
  }

  @Answers(MarketService.method.listMarkets)
  async listMarkets(page: ListMarketsRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['text'],
      ({ after: [after] = [''], limit }) => this.views.list({ caller, after, limit }),
      ({ market }) => [market.code],
    );
    return { markets: rows.map(toSummaryMessage), nextCursor };
  }

  @Answers(MarketService.method.showMarket)
  async showMarket({ marketCode: code, version }: ShowMarketRequest, caller: Caller) {
    const of = version === 0 ? {} : { version };
    return { market: toShownMessage(await this.views.show({ caller, code, ...of })) };
  }

  @Answers(MarketService.method.listMarketVersions)
  async listMarketVersions(
    { marketCode: code, ...page }: ListMarketVersionsRequest,
    caller: Caller,
  ) {
    const { rows: versions, nextCursor } = await readPage(
      page,
      ['integer'],
      ({ after: [before] = [newest], limit }) =>
        this.views.versions({ caller, code, before, limit }),
      ({ version }) => [version],
    );
    return { versions, nextCursor };
  }

  @Answers(MarketService.method.fixDate)
  async fixDate(request: FixDateRequest, caller: Caller) {
    const { marketCode: code } = request;
    await this.fixDateUseCase.execute({ ...fromFixDate(request), caller });
    return { market: toShownMessage(await this.views.show({ caller, code })) };
  }

  @Answers(MarketService.method.whatIsDue)
  async whatIsDue({ marketCode, horizonDays }: WhatIsDueRequest, caller: Caller) {
    return this.views.due({ caller, code: marketCode, horizonDays: horizonDays ?? aYear });
  }

  @Answers(MarketService.method.listAmendments)
  async listAmendments({ marketCode: code, ...page }: ListAmendmentsRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['integer'],
      ({ after: [before] = [newest], limit }) =>
        this.views.amendments({ caller, code, before, limit }),
      ({ position }) => [position],
    );
    return { amendments: rows.map(toAmendmentMessage), nextCursor };
  }
}
