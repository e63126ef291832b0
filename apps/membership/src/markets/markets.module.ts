import { Module } from '@nestjs/common';
import { LoadMarket } from './load-market.js';
import { PgMarketReader, PgMarkets } from './markets.pg-repository.js';
import { MarketReader } from './markets.reader.js';
import { Markets } from './markets.repository.js';
import { MarketsRpc } from './markets.rpc.js';
import { PublishMarket } from './publish-market.js';
import { StartBusinessDay } from './start-business-day.js';

@Module({
  controllers: [MarketsRpc],
  providers: [
    { provide: Markets, useClass: PgMarkets },
    { provide: MarketReader, useClass: PgMarketReader },
    LoadMarket,
    PublishMarket,
    StartBusinessDay,
  ],
  exports: [LoadMarket, MarketReader, Markets, PublishMarket, StartBusinessDay],
})
export class MarketsModule {}
