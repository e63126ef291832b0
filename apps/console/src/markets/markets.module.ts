import { Module } from '@nestjs/common';
import { GroupMarkets } from './group-markets.js';
import { MarketsController } from './markets.controller.js';

@Module({ controllers: [MarketsController], providers: [GroupMarkets] })
export class MarketsModule {}
