import { Module } from '@nestjs/common';
import { InvoicesModule } from '../invoices/invoices.module.js';
import { MembersModule } from '../members/members.module.js';
import { PricesModule } from '../prices/prices.module.js';
import { ImportPrices } from './import-prices.js';
import { PriceImportsRpc } from './price-imports.rpc.js';

/** New prices, judged by the days that are invoiced (MKT-6). */
@Module({
  imports: [MembersModule, PricesModule, InvoicesModule],
  controllers: [PriceImportsRpc],
  providers: [ImportPrices],
})
export class PriceImportsModule {}
