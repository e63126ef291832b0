import { Module } from '@nestjs/common';
import { MarketsModule } from '../../contract/markets/markets.module.js';
import { Margins } from './margins.pg.js';
import { MarginsRpc } from './margins.rpc.js';
import { ViewMargins } from './view-margins.js';

/** Members near their floor or maximum, and the group's ceilings (ORD-2, ORD-6): for the coordinator. */
@Module({
  imports: [MarketsModule],
  controllers: [MarginsRpc],
  providers: [Margins, ViewMargins],
})
export class MarginsModule {}
