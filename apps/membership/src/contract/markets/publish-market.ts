import { Injectable } from '@nestjs/common';
import { event, MarketPublishedSchema } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import { requestHashOf, type Transaction } from '#libs/persistence';
import type { Recorded } from '#libs/trade';
import type { Market, VersionedMarket } from './domain/market.js';
import { changesBetween } from './domain/amendment.js';
import { toMarketMessage } from './market-message.js';
import { Markets, type VersionCause } from './markets.pg.js';

/** Keeps the next version of a market and tells it: the one place where a market changes. */
@Injectable()
export class PublishMarket {
  constructor(
    private readonly markets: Markets,
    private readonly outbox: Outbox,
  ) {}

  /** `known`: as it stands, locked by the caller. */
  async execute(
    tx: Transaction,
    market: Market,
    known: VersionedMarket | undefined,
    why: VersionCause & Recorded,
  ): Promise<VersionedMarket & { readonly sha256: string }> {
    const version = (known?.version ?? 0) + 1;
    const sha256 = digestOf(market);
    const changes = known ? changesBetween(known.market, market) : [];
    await this.markets.save(tx, market, { ...why, version, sha256, changes });
    await this.outbox.add(
      tx,
      event(MarketPublishedSchema, market.code, { market: toMarketMessage({ market, version }) }),
    );
    return { market, version, sha256 };
  }
}

/** Of the terms as they are read: a comment, the order of fields or the format of a file change nothing. */
export function digestOf(market: Market): string {
  return requestHashOf(market);
}
